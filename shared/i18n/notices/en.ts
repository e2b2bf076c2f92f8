import type { NoticeWords } from './words.ts'

const plural = new Intl.PluralRules('en')
const recipients = (count: number) =>
  plural.select(count) === 'one' ? 'one recipient' : `${count} recipients`

const these = (count: number) => (plural.select(count) === 'one' ? 'this recipient' : 'these recipients')

export const en: NoticeWords = {
  language: 'en',
  locale: 'en-GB',
  direction: 'ltr',

  senderVia: (sender, organisation) => `${sender} via ${organisation}`,
  organisationMail: (organisation) => `${organisation} secure messages`,
  callsItself: (name) => `calls itself “${name}”`,

  labels: {
    from: 'From',
    subject: 'Subject',
    sent: 'Sent',
    expires: 'Expires',
    portal: 'Portal',
    address: 'Email address',
    temporaryPassword: 'Temporary password',
    validUntil: 'Valid until',
    when: 'When',
    browser: 'Browser',
    readBy: 'Read by',
    readAt: 'First read',
    recipient: 'Recipient',
    reason: 'Reason',
    queueId: 'Queue ID',
  },
  never: 'Does not expire',
  unknownBrowser: 'Not known',
  browserOn: (browser, system) => `${browser} on ${system}`,

  orCopyLink: 'If the button does not work, copy this link into your browser:',
  linkCode: 'Code of this link, for the browser extension:',
  footer: (organisation, host, address) =>
    `${organisation} sends secure messages with Postern at ${host}. This email is for ${address}.`,
  neverAsk: 'Nobody will ever ask for your password by email or by phone.',

  notification: {
    kind: 'Secure message',
    subject: (sender) => `Secure message from ${sender}`,
    subjectWith: (sender, subject) => `Secure message from ${sender}: ${subject}`,
    title: (sender) => `${sender} sent you a secure message`,
    lead: (host) => `Sign in at ${host} to read it. The message itself is not in this email.`,
    action: 'Read the message',
    checkHost: (host) =>
      `Check the address in your browser before you sign in: it must be ${host}. If it is another one, close the page.`,
    firstTime: 'Is this your first secure message? Your sign-in details come in a second email.',
    reply: 'Answer in the portal. A reply to this email is not protected on its way.',
  },
  signInDetails: {
    kind: 'Sign-in details',
    subject: (host) => `Your sign-in details for ${host}`,
    title: (host) => `Your sign-in details for ${host}`,
    lead: (organisation) =>
      `${organisation} sends you secure messages through this portal. Sign in once with these details, then choose a password of your own.`,
    action: 'Sign in',
    once: 'The temporary password works once. Spaces before or after it do not matter.',
    ended:
      'Has it ended? Choose “I have forgotten my password” when you sign in, and a new one is sent to you.',
    notExpected:
      'Do not pass this email on: whoever reads it can sign in as you. If you did not expect it, you need do nothing.',
  },
  passwordReset: {
    kind: 'Password',
    subject: (host) => `Choose a new password for ${host}`,
    title: 'Choose a new password',
    lead: (address, host) => `Somebody asked for a new password for ${address} at ${host}.`,
    action: 'Choose a new password',
    once: 'The link works once. Your messages stay as they are.',
    notYou: 'If it was not you, ignore this email. Your password has not changed.',
  },
  securityAlert: {
    kind: 'Security alert',
    subject: (host) => `Your password for ${host} was changed`,
    title: 'Your password was changed',
    changed: (address, host) => `The password of ${address} at ${host} was changed in the portal.`,
    reset: (address, host) => `The password of ${address} at ${host} was replaced with a mailed link.`,
    sessions: 'Every other browser that was signed in has been signed out.',
    notYou: (host) =>
      `If it was you, you need do nothing. If not, open ${host}, choose “I have forgotten my password”, and change the password of your mailbox as well.`,
    action: 'Open the portal',
  },
  readReceipt: {
    kind: 'Read receipt',
    subject: (recipient) => `Read: your secure message to ${recipient}`,
    title: (recipient) => `${recipient} has read your secure message`,
    lead: 'The message was opened in the portal. You asked to be told, or your organisation does.',
  },
  recalled: {
    kind: 'Recalled',
    subject: (sender) => `${sender} recalled a secure message`,
    title: (sender) => `${sender} recalled a secure message`,
    lead: 'It can no longer be opened. You need do nothing.',
  },
  deliveryFailure: {
    kind: 'Not delivered',
    subject: (count) => `Not delivered to ${recipients(count)}`,
    title: (count) => `Your message did not reach ${recipients(count)}`,
    relayed: (count) =>
      `The mail server of ${these(count)} refused it, or could not be reached for too long.`,
    held: (count) =>
      `We could not tell ${these(count)} of your secure message. It stays sealed in the portal.`,
    next: 'Check the address. If it is right, show this report to your administrator, or reach the person in another way.',
  },
}
