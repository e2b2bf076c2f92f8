import { Counter, Histogram, type Registry } from 'prom-client'
import type { VaultCounts } from '../vault/index.ts'

/**
 * What intake counts. Plain functions of numbers and strings, so that a worker thread can have them called on the
 * main one. No label names a person or an organisation.
 */
export interface IntakeCounts {
  /** A message is safe and was acknowledged. */
  accepted(): void
  /** Recipients for whom it is held. */
  held(recipients: number): void
  /** Recipients to whom it is sent on. */
  relayed(recipients: number): void
  /** A refusal for good. @param status RFC 3463, such as `5.7.1`. */
  refused(status: string): void
  /** A refusal for now. @param status such as `4.3.0`. */
  deferred(status: string): void
  /** Bytes of payload, whatever became of them. */
  bytes(count: number): void
  /** Sealing one message and writing it. */
  sealSeconds(seconds: number): void
  /** Making one message durable. */
  commitSeconds(seconds: number): void
  /** From DATA to the acknowledgement. */
  receiveSeconds(seconds: number): void
  /** What the vault of a thread has sealed since it last said so. */
  sealed(work: { bytes: number; seconds: number }): void
}

const fast = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const slow = [...fast, 5, 10, 30, 60, 300]

export function createIntakeMetrics(register: Registry, vault: Pick<VaultCounts, 'sealed'>): IntakeCounts {
  const registers = [register]
  const counter = (name: string, help: string) => {
    const made = new Counter({ name: `postern_intake_${name}_total`, help, registers })
    return (count = 1) => made.inc(count)
  }
  const byStatus = (name: string, help: string) => {
    const made = new Counter({
      name: `postern_intake_${name}_total`,
      help,
      labelNames: ['status'] as const,
      registers,
    })
    return (status: string) => made.inc({ status })
  }
  const seconds = (name: string, help: string, buckets: number[]) => {
    const made = new Histogram({ name: `postern_intake_${name}_seconds`, help, buckets, registers })
    return (value: number) => made.observe(value)
  }
  return {
    accepted: counter('accepted', 'Messages acknowledged'),
    held: counter('held', 'Recipients for whom a message was held as it came in'),
    relayed: counter('relayed', 'Recipients to whom a message is sent on'),
    refused: byStatus('refused', 'Refusals for good (5yz), by status'),
    deferred: byStatus('deferred', 'Refusals for now (4yz), by status'),
    bytes: counter('bytes', 'Bytes of messages read'),
    sealSeconds: seconds('seal', 'Sealing one message', fast),
    commitSeconds: seconds('commit', 'Making one message durable', fast),
    receiveSeconds: seconds('receive', 'From DATA to the acknowledgement', slow),
    sealed: ({ bytes, seconds: time }) => vault.sealed(bytes, time),
  }
}

/** For who does not count. */
export const uncounted: IntakeCounts = {
  accepted: () => {},
  held: () => {},
  relayed: () => {},
  refused: () => {},
  deferred: () => {},
  bytes: () => {},
  sealSeconds: () => {},
  commitSeconds: () => {},
  receiveSeconds: () => {},
  sealed: () => {},
}
