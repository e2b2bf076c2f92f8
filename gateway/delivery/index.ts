/**
 * Out: the durable queue of dispatches and the ways they leave: servers that an administrator has named, those that DNS
 * names for a domain, or, in the sandbox, the outbox.
 * Relies on store (a dispatch is queued in the transaction of what it belongs to), on vault to seal the outbox,
 * and on the composition root, which gives it the content of a dispatch when it is sent, not when it is queued.
 * Promises: a queued dispatch leaves at least once, or its sender is told why not; bytes leave as they are stored;
 * a process that dies gives its dispatches back when their leases run out.
 */
export { type Delivery, type DeliveryConfig, createDelivery } from './delivery.ts'
export { DispatchRecipient, Envelope, type NewDispatch, type NewRecipient, Notify } from './dispatch.ts'
export type { DispatchContent } from './transport.ts'
export { type OutboxEntry, outboxParts } from './outbox.ts'
export {
  Processed,
  identitiesOf,
  mostPasses,
  passesOf,
  processedField,
  processedHere,
  processedName,
} from './processed.ts'
export type { Handlers } from './attempt/index.ts'
export {
  type Found,
  type Queue,
  type QueueFilter,
  type QueuedDispatch,
  type RetrySchedule,
  type SearchResult,
  scheduleOf,
} from './queue/index.ts'
export {
  type ProbedDns,
  type ProbedServer,
  type Route,
  type RoutesConfig,
  type SmartHost,
  createTokens,
  isSandbox,
  probeDns,
  probeServers,
} from './ways/index.ts'
