/**
 * Messages: those held for their readers, those on their way, and those written in the portal. Relies on store and
 * vault (a body is sealed while it arrives and opened while it is read), on people for whose it is, on policy for
 * what becomes of it, and on delivery, which sends what is queued in the same transaction.
 * Promises: what `accept` resolved is there, whole, once; a body is nowhere in clear; nobody reads but who it was
 * sent to or who wrote it, and nobody once it expired or was taken back: its key is destroyed then.
 */
export type { MessageFacts, PreparedMessage } from './accept.ts'
export type { Readable, ReadableAttachment } from './attachments.ts'
export type { FoundCopy } from './copy-facts.ts'
export { filesLimit } from './draft-files.ts'
export { OrHeld, ResolvedOptions } from './held-options.ts'
export type { Incoming, SealedMessage } from './incoming.ts'
export { createMessages, type Messages } from './messages.ts'
export type { Outgoing } from './outgoing.ts'
export { type Pace, createPace } from './pace.ts'
export { sealedParts } from './sealed-parts.ts'
export { giveUpMessage } from './lost.ts'
export { createReceiving, type Keeper, type Receiving } from './receiving.ts'
