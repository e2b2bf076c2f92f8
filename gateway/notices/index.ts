/**
 * Every email the gateway writes itself, and the links in them. Relies on people, store and vault; what it must
 * know of messages and sign-ins is handed in as NoticeSources. Promises: a notice holds nothing of a message but
 * what the account allows, no HTML or link that a sender chose, and a retried one is the same message again.
 */
export { type ComposedNotice, createNotices, type Notices } from './compose.ts'
export type { NoticeDispatch, NoticesOptions } from './desk.ts'
export { createLinks, type LinkCheck, type LinkedCopy, linkPath, type Links } from './links.ts'
export { Notice, type Reported } from './notice.ts'
export { readReplyAddress, replyAddress } from './reply-address.ts'
export type { CopyFacts, NoticeSources, ReportedMessage } from './sources.ts'
