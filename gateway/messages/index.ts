/**
 * Messages: those held for their readers, those on their way, and those written in the portal. Relies on store and
 * vault (a body is sealed while it arrives and opened while it is read), on people for whose it is, on policy for
 * what becomes of it, and on delivery, which sends what is queued in the same transaction.
 * Promises: what `accept` resolved is there, whole, once; a body is nowhere in clear; nobody reads but who it was
 * sent to or who wrote it, and nobody once it expired or was taken back: its key is destroyed then.
 */
export type { MessageFacts } from './accept.ts'
export type { Readable, ReadableAttachment } from './attachments.ts'
export type { FoundCopy } from './copy-facts.ts'
export { filesLimit } from './draft-files.ts'
export { ResolvedOptions } from './held-options.ts'
export type { Incoming } from './incoming.ts'
export { createMessages, type Messages } from './messages.ts'
export type { Outgoing } from './outgoing.ts'
