/**
 * The queue in the store: who may send what and when, what a person may do to it, and what is found in it. Relies on the
 * store alone; sends nothing.
 * Promises: a dispatch is one process's at a time; a clock that jumps loses none.
 */
export type { QueueFilter } from './filter.ts'
export type { Found } from './found.ts'
export { createLeases } from './lease.ts'
export { mendQueue } from './mend.ts'
export { insertDispatches } from './new-rows.ts'
export { type Queue, createQueue } from './queue.ts'
export { type QueuedDispatch, historyOf, leaseTime, queued, recipientsOf } from './row.ts'
export { type RetrySchedule, endOf, isLate, nextTry, scheduleOf, usualSchedule } from './schedule.ts'
export type { SearchResult } from './search.ts'
