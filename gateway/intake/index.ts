/**
 * Mail in: SMTP listeners, who may send, limits, line discipline. An edge: nothing but the composition root imports
 * it. Relies on people (accounts and their domains), policy (what becomes of a message), messages (sealing and
 * keeping it), signin (AUTH).
 * Promises: never an open relay; `250` only once the message is safe, and what was refused left nothing behind; no
 * byte of a message touches the disk in clear; one message sent is one message received (RFC 5321 to the letter at
 * its end); temporary trouble is 451, its cause logged and not shown.
 */
export { type KeyAndCertificate, ownCertificate } from './certificate.ts'
export { createIntakeMetrics } from './counts.ts'
export { type Intake, type IntakeParts, type IntakeThreads, createIntake } from './intake.ts'
export type { IntakeConfig, Listener } from './listeners.ts'
export { networks } from './networks.ts'
