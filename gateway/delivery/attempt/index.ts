/**
 * One attempt at one dispatch: from its content to what is written down of how it went. Relies on the queue's rows and
 * on a transport.
 * Promises: the end of an attempt, its events, reports and copies held instead are one transaction.
 */
export { attempt } from './attempt.ts'
export type { AttemptParts, Content, Handlers } from './parts.ts'
export { about } from './record.ts'
