/** The portal's frame and window: what stands around the portal, and what is shown instead of it. */
export const inline = {
  'inline.bar': 'Which gateway this is',
  'inline.verified': 'Genuine gateway',
  'inline.look-alike': 'Warning: not a genuine link',
  'inline.unknown': 'Not verified',
  'inline.window': 'Open in a window of its own',
  'inline.close': 'Close',
  'inline.closing': 'Saving before it closes',
  'inline.not-saved': 'Your draft could not be saved',
  'inline.not-saved-words':
    'Keep this open until the gateway can be reached, or close it without the last words.',
  'inline.close-anyway': 'Close anyway',
  'inline.opening': 'Going on in a window of its own',

  'inline.password-window': 'Sign in in a window',
  'inline.password-window-words':
    'Passwords are typed in the extension’s own window, where no page can come between. Afterwards you go on reading here.',
  'inline.password-window-done':
    'The window is open. When you have signed in there, this shows your message.',
  'inline.no-window': 'The window could not be opened. Try again.',

  'inline.interrupted': 'This page was interrupted',
  'inline.interrupted-words':
    'The extension was updated or switched off in the meantime. Close this, load the page again, and open the link once more. Saved drafts are safe.',

  'inline.broken': 'The connection broke off',
  'inline.broken-words': 'It is not known whether this was done. Look before you try again.',

  'inline.warn.title': 'Do not sign in with this link',
  'inline.warn.not-signed':
    'It carries the address of {of}, which you trust, but {of} did not issue it: it was changed, cut off or made up.',
  'inline.warn.imitates': 'It looks like a link of {of}, which you trust, but it leads to another address.',
  'inline.warn.mixed-scripts':
    'Its address mixes letters of several alphabets so that it looks like {of}, which you trust. It is another address.',
  'inline.warn.hidden-host':
    'It shows the name of {of}, which you trust, in front of an @ sign. What counts comes after it, and that is another address.',
  'inline.warn.shows-another': 'Its text shows {of}, which you trust, but it leads to another address.',
  'inline.warn.leads': 'It leads to',
  'inline.warn.of': 'It looks like',
  'inline.warn.do': 'What to do',
  'inline.warn.do-1': 'Do not open the link, and type no password behind it.',
  'inline.warn.do-2': 'Tell the administrator of your organisation, or whoever looks after your mail.',
  'inline.warn.do-3': 'Typed a password there already? Change it now, from a link you know to be genuine.',

  'inline.unknown.title': 'This gateway is not verified',
  'inline.unknown.words':
    'The link could be of a real gateway, but you have not trusted this one yet, so nobody vouches for who is behind it.',
  'inline.unknown.means': 'Nothing was asked of that address, and nothing was sent to it.',
  'inline.unknown.safe':
    'Do you expect a message from there? Ask its sender for the name and the fingerprint of their gateway, then check it here.',
  'inline.unknown.code':
    'This code names a message, but not the gateway that holds it. Use the link in the same email, or ask its sender for the name of their gateway.',
  'inline.unknown.check': 'Check this gateway…',
} as const
