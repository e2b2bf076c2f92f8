import type { NoticeWords } from './words.ts'

const plural = new Intl.PluralRules('en')
const recipients = (count: number) =>
  plural.select(count) === 'one' ? 'one recipient' : `${count} recipients`

const these = (count: number) => (plural.select(count) === 'one' ? 'this recipient' : 'these recipients')

function time(unit: 'day' | 'hour', count: number): string {
  if (count === 0) return `less than one ${unit}`
  return plural.select(count) === 'one' ? `one ${unit}` : `${count} ${unit}s`
}

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
  within: (unit, count) => `in ${time(unit, count)}`,
  left: (unit, count) => `${time(unit, count)} left`,
  unknownBrowser: 'Not known',
  browserOn: (browser, system) => `${browser} on ${system}`,

  readMessage: 'Read the message',
  checkHost: (host) =>
    `Check the address in your browser before you sign in: it must be ${host}. If it is another one, close the page.`,
  replyInPortal: 'Answer in the portal. A reply to this email is not protected on its way.',
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
    firstTime: 'Is this your first secure message? Your sign-in details come in a second email.',
  },
  reminder: {
    kind: 'Reminder',
    subject: (sender) => `Not read yet: secure message from ${sender}`,
    subjectWith: (sender, subject) => `Not read yet: secure message from ${sender}: ${subject}`,
    title: (sender) => `A secure message from ${sender} is waiting for you`,
    lead: (host) =>
      `You have not read it yet. Sign in at ${host} to read it. The message itself is not in this email.`,
    signIn:
      'Are your sign-in details lost, or have they ended? Choose “I have forgotten my password” when you sign in, and new ones are sent to you.',
  },
  expiryWarning: {
    kind: 'Expires soon',
    subject: (sender, within) => `Expires ${within}: secure message from ${sender}`,
    subjectWith: (sender, subject, within) => `Expires ${within}: secure message from ${sender}: ${subject}`,
    title: (sender, within) => `A secure message from ${sender} expires ${within}`,
    lead: (host) =>
      `Sign in at ${host} to read it before then. After that it can no longer be opened. The message itself is not in this email.`,
    begun: 'The answer that you have begun is lost with it, unless you send it before.',
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
  deliveryDelay: {
    kind: 'Delayed',
    subject: (count) => `Delayed: not yet delivered to ${recipients(count)}`,
    title: (count) => `Your message has not yet reached ${recipients(count)}`,
    relayed: (count) =>
      `The mail server of ${these(count)} could not be reached, or asked us to come back later. You need do nothing: do not send the message again.`,
    held: (count) =>
      `Your secure message is in the portal, but we could not yet tell ${these(count)} of it. You need do nothing: do not send the message again.`,
    until: (moment) => `We go on trying until ${moment}. If it still fails then, you are told.`,
  },
  deliverySuccess: {
    kind: 'Handed on',
    subject: (count) => `Handed on to the mail server of ${recipients(count)}`,
    title: (count) => `The mail server of ${recipients(count)} has your message`,
    relayed: (count) =>
      `It took responsibility for it. Whether ${these(count)} got it into the mailbox, that server does not report.`,
    kindHeld: 'Held securely',
    subjectHeld: (count) => `Held securely for ${recipients(count)}`,
    titleHeld: (count) => `Your secure message waits for ${recipients(count)}`,
    held: (count) =>
      `It is held securely in the portal, and the mail server of ${these(count)} took the notice of it.`,
  },
}
