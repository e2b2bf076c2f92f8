/**
 * Out: the durable queue of dispatches and the ways they leave, the smart host or, in the sandbox, the outbox.
 * Relies on store (a dispatch is queued in the transaction of what it belongs to), on vault to seal the outbox,
 * and on the composition root, which gives it the content of a dispatch when it is sent, not when it is queued.
 * Promises: a queued dispatch leaves at least once, or its sender is told why not; bytes leave as they are stored;
 * a process that dies gives its dispatches back when their leases run out.
 */
export { type Delivery, type DeliveryConfig, createDelivery } from './delivery.ts'
export { DispatchRecipient, type NewDispatch } from './dispatch.ts'
export type { DispatchContent } from './transport.ts'
export type { OutboxEntry } from './outbox.ts'
export { createQueue, type Queue, type QueueFilter, type QueuedDispatch } from './queue.ts'
export type { SmartHost } from './smart-host.ts'
