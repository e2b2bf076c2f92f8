/**
 * The ways out: which servers a dispatch goes to, over which channel, and what they said. Relies on its own SMTP client
 * and resolver, and on the transport's words; of the store it knows the policies that domains have published, and no queue.
 * Promises: nothing goes over a channel that is less than the message or its destination asks; each recipient has an
 * outcome of its own.
 */
export { createPolicyMemory } from './policy-memory.ts'
export { type ProbedDns, type ProbedServer, probeDns, probeServers } from './probe.ts'
export { type Route, type RoutesConfig, createRoutes, isSandbox } from './routes.ts'
export type { SmartHost } from './smart-host.ts'
export { createTokens } from './token.ts'
