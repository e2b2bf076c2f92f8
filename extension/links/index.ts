/**
 * Links of notifications: finding them in what a page says, undoing what mail filters did to them, and judging what
 * they are worth. Pure: knows strings and WebCrypto, no page, no browser, no clock; never asks anybody.
 *
 * Finding and unwrapping run in every webmail page and are kept small; judging runs in the background, which alone
 * knows the pinned keys. Nothing here throws, whatever it is given.
 */
export { badgesFor, countedAs, type Judged } from './badges.ts'
export { findInHref } from './find-in-href.ts'
export { findInText, type FoundInText } from './find-in-text.ts'
export { judge, needsKey } from './judge.ts'
export { mayBeMarked } from './marked.ts'
export { replyAddressIn, type ReplyAddress } from './reply-address.ts'
export { unwrap } from './rewriters.ts'
export type { Trust } from './verify.ts'
