/**
 * An SMTP client: connections to servers, TLS, sign-in, transactions. Relies on nothing of the gateway.
 * Promises: every recipient of a transaction gets an answer of its own; no reply and no byte of a server makes it
 * wait longer, or keep more, than its limits say; a message is sent as it is, with a transparent dot where SMTP
 * wants one. nodemailer's SMTPConnection, which composes and signs our notices, gives DSN parameters for whole
 * messages only, SMTPUTF8 by the look of addresses only, and hides the certificate that a policy has to judge.
 */
export type { Login } from './auth.ts'
export { type Peer, connect } from './connect.ts'
export type { Offers } from './offers.ts'
export type { Patience } from './patience.ts'
export { type Reply, statusOf } from './reply.ts'
export type { Secured } from './secured.ts'
export { type Session, serverName } from './session.ts'
export type { Answer, Letter } from './transaction.ts'
export { SmtpTrouble, messageOf } from './trouble.ts'
