import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import {
  type Delivery,
  type DeliveryConfig,
  type DispatchContent,
  createDelivery,
} from '../../gateway/delivery/index.ts'
import { type Account, type People, createPeople } from '../../gateway/people/index.ts'
import { type Row, type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

/** The ground that delivery stands on, in a directory of its own, with a clock the test sets. */
export interface Ground extends AsyncDisposable {
  readonly directory: string
  readonly store: Store
  readonly people: People
  readonly account: Account
  readonly clock: { at: number }
  /** Made anew, as another process would. */
  delivery(config?: Partial<DeliveryConfig>): Delivery
}

export async function ground(): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-delivery-'))
  const store = await openStore(directory)
  const vault = createVault(Buffer.alloc(32, 7))
  const clock = { at: Date.UTC(2026, 10, 21) }
  const now = () => clock.at
  const people = createPeople({ store, vault, now })
  const account = await people.createAccount({ code: 'example', name: 'Example', domains: ['example.test'] })
  return {
    directory,
    store,
    people,
    account,
    clock,
    delivery: (config) =>
      createDelivery({
        store,
        people,
        now,
        log: pino({ level: 'silent' }),
        random: () => 0.5,
        config: { hostname: 'gateway.example.test', ...config },
      }),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Content of every dispatch: the same text. */
export function saying(text: string | Buffer): (dispatch: Row<'dispatches'>) => Promise<DispatchContent> {
  const bytes = Buffer.from(text)
  return async (dispatch) => ({
    envelopeFrom: dispatch.envelope_from,
    size: bytes.length,
    subject: 'A subject',
    fromAddress: 'ann@example.test',
    async *read() {
      for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384)
    },
  })
}

export async function queueMessage(
  { store, account }: Ground,
  delivery: Delivery,
  recipients: string[],
  envelopeFrom = 'ann@example.test',
): Promise<void> {
  await store.write((trx) =>
    delivery.enqueue(trx, {
      kind: 'message',
      accountId: account.id,
      messageId: '01message',
      envelopeFrom,
      recipients: recipients.map((address) => ({ address })),
    }),
  )
}

/** Type and detail of the events so far. */
export async function eventsOf({ store }: Ground): Promise<{ type: string; detail: unknown }[]> {
  const rows = await store.db.selectFrom('events').selectAll().orderBy('id').execute()
  return rows.map(({ type, detail_json }) => ({ type, detail: JSON.parse(detail_json) as unknown }))
}
