import { common } from '../portal/en/common.ts'

/** Words of the pages of the sandbox: home and outbox. */
export const en = {
  ...common,
  'home.title': 'Postern',
  'home.lead':
    'A secure-message gateway. Mail that must not travel in the clear waits here, sealed, until its reader opens the door.',
  'home.sandbox': 'This gateway runs in the sandbox',
  'home.sandbox-words':
    'No smart host is set, so no mail leaves this machine. What would have left stands in the outbox.',
  'home.how': 'How it works',
  'home.step-1': 'Someone sends as always',
  'home.step-1-words':
    'A message with {tag} in the subject arrives by SMTP. The gateway seals it and keeps it.',
  'home.step-2': 'The reader gets a link',
  'home.step-2-words':
    'A notification goes out, and at the first time the sign-in details in an email of their own.',
  'home.step-3': 'Read and answered here',
  'home.step-3-words':
    'The reader signs in to the portal. The answer comes back to the sender’s ordinary mailbox.',
  'home.try': 'Try it',
  'home.try-words':
    'Sends a real message through the SMTP listener of this machine, as a mail program would.',
  'home.try-to': 'To',
  'home.try-to-hint': 'Any address: nothing leaves this machine',
  'home.try-subject': 'Subject',
  'home.try-text': 'Message',
  'home.try-send': 'Send a secure message',
  'home.try-sending': 'Sending',
  'home.try-reply': 'The gateway answered',
  'home.try-next':
    'From {from} to {to}. Open the outbox: the notification and the sign-in details are there.',
  'home.open-outbox': 'Open the outbox',
  'home.open-portal': 'Open the portal',
  'home.try-subject-value': 'The contract, for your eyes only',
  'home.try-text-value': 'Hello Bob,\n\nthis is what we agreed on. Nobody but you can read it.\n\nAlice',

  'outbox.title': 'Outbox',
  'outbox.lead': 'Mail that would have left this machine, newest first. It is the sandbox: nothing left.',
  'outbox.home': 'Home',
  'outbox.refresh': 'Refresh',
  'outbox.refreshed': 'Up to date: {time}',
  'outbox.empty.title': 'Nothing would have left yet',
  'outbox.empty.words': 'Send a message through SMTP, or press Try it on the home page.',
  'outbox.from': 'From',
  'outbox.to': 'To',
  'outbox.date': 'Date',
  'outbox.subject': 'Subject',
  'outbox.view': 'View',
  'outbox.html': 'HTML',
  'outbox.text': 'Text',
  'outbox.headers': 'All headers',
  'outbox.source': 'Source',
  'outbox.attachments': { one: '{count} attachment', other: '{count} attachments' },
  'outbox.download': 'Download .eml',
  'outbox.frame': 'The message as HTML',
  'outbox.earlier': 'Earlier messages',
  'outbox.leads-to': 'leads to {host}',
  'outbox.choose': 'No mail chosen',
  'outbox.choose-words': 'Choose one from the list to see it as its reader would.',
  'outbox.back': 'Back to the outbox',
  'outbox.mail': 'Open mail',
  'outbox.list': 'Mail',
  'outbox.not-text': 'This mail has no text part.',
  'outbox.more': { one: 'and {count} more', other: 'and {count} more' },
} as const
