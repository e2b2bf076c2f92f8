/**
 * DNS as delivery needs it: a question to a resolving server, with what that server says of DNSSEC, which the
 * operating system's own resolver does not pass on. Relies on dns-packet for the format and on nothing of the gateway.
 * Promises: an answer comes within a bounded time, and is remembered no longer than its records say.
 */
export type { RecordData } from './packet.ts'
export { type Answer, type Resolver, createResolver } from './resolver.ts'
export { type DnsServer, systemServers, toDnsServer } from './server.ts'
