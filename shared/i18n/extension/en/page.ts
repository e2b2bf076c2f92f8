/**
 * What the content script writes into a webmail page: `PageWords` of extension/protocol.ts and nothing more.
 * `{host}` is filled in there. A signature proves who issued a link and nothing of the mail around it: no word here
 * may call a mail safe.
 */
export const page = {
  'page.genuine': 'Genuine link · {host}',
  'page.expired': 'Genuine link, expired · {host}',
  'page.look-alike': 'Warning: not a genuine link',
  'page.unknown': 'Not verified',
  'page.genuine-title':
    'This link was issued by {host}, a gateway you trust. Opens the secure message here, in a part of the page that the page itself can’t read.',
  'page.look-alike-title':
    'This link looks like one of a gateway you trust, but it is not. It leads to {host}.',
  'page.not-signed-title':
    'This link carries the address of {host}, which you trust, but {host} did not issue it.',
  'page.unknown-title':
    'You have not trusted the gateway of this link. It leads to {host}. Shows what that means; opens nothing.',
  'page.unknown-code-title':
    'This code names a message, but no gateway that you trust issued it. Shows what that means; opens nothing.',
  'page.reply-offer': 'Your answer would leave as ordinary mail. {host} can carry it securely.',
  'page.reply-answer': 'Answer securely',
  'page.reply-dismiss': 'Not now',
  'page.frame-title': 'Secure message, shown by Postern',
} as const
