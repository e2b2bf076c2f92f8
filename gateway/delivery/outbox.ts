import { type Row, type Store, inlineLimit, insert, newId } from '../store/index.ts'
import type { People } from '../people/index.ts'
import { type MessageKey, SealBroken } from '../vault/index.ts'
import type { DispatchContent, Transport } from './transport.ts'

/** What the outbox lists. */
export interface OutboxEntry {
  readonly id: string
  /** Address in From:, and '' where there is none. */
  readonly from: string
  /** Envelope sender, '' the null sender. */
  readonly envelopeFrom: string
  /** Envelope recipients. */
  readonly to: readonly string[]
  readonly subject: string
  /** ms */
  readonly at: number
}

export interface Outbox {
  /** Newest first. */
  list(limit?: number): Promise<OutboxEntry[]>
  /** The message as it would have left, or undefined where it is no longer there. Throws SealBroken. */
  read(id: string): Promise<AsyncIterable<Buffer> | undefined>
}

/** Entries kept; trimmed a few at a time, so that not every dispatch pays for it. */
const most = 1000
const slack = 64

const mime = { kind: 'outbox', name: 'mime' }
const subjectPart = { kind: 'outbox', name: 'subject' }
/** What an entry is sealed as: for who verifies it. */
export const outboxParts = { mime, subject: subjectPart } as const

/** The sandbox's way out: what would leave this machine is sealed and kept for a person to look at. */
export function createOutbox({
  store,
  people,
  now,
  kept = most,
}: {
  store: Store
  people: People
  now: () => number
  /** Entries that stay when older ones are removed. */
  kept?: number
}): Outbox & Transport {
  const { db, bodies } = store
  let sinceTrim = slack

  /** Nobody waits for this: entries over the bound are removed with their bodies, oldest first. */
  async function trim(): Promise<void> {
    const removed = await store.write(async (trx) => {
      const old = await trx
        .selectFrom('outbox')
        .innerJoin('bodies', 'bodies.id', 'outbox.body_id')
        .select(['outbox.id', 'outbox.body_id', 'bodies.size'])
        .orderBy('outbox.created_at', 'desc')
        .orderBy('outbox.id', 'desc')
        .limit(1000)
        .offset(kept)
        .execute()
      for (const { id, body_id } of old) {
        await trx.deleteFrom('outbox').where('id', '=', id).execute()
        await bodies.unlink(trx, body_id)
      }
      return old
    })
    // Small bodies are in the row and have no file.
    for (const { body_id, size } of removed) if (size > inlineLimit) await bodies.discard(body_id)
  }

  async function keyOf(row: Pick<Row<'outbox'>, 'id' | 'account_id' | 'wrapped_key'>) {
    const account = await people.account(row.account_id)
    if (!account) throw new Error(`outbox entry ${row.id} belongs to no account`)
    return account.key.message(row.id, row.wrapped_key)
  }

  return {
    perDestination: 8,
    destinations: 'one',
    patient: true,
    destinationOf: () => 'sandbox',
    close: () => {
      // There are no connections.
    },

    async send(dispatch, to, content) {
      const recipients = to.map(({ address }) => address)
      if (dispatch.tls === 'require') {
        // The outbox lies open to whoever reaches this machine.
        const reply = 'The outbox of the sandbox is no verified channel.'
        return {
          outcomes: recipients.map((address) => ({ address, state: 'insecure', reply, status: '5.7.30' })),
        }
      }
      const account = await people.account(dispatch.account_id)
      if (!account) throw new Error(`dispatch ${dispatch.id} belongs to no account`)
      const id = newId()
      const { key, wrapped } = account.key.create(id)
      await using writer = bodies.create()
      const sealer = key.sealer(mime)
      for await (const chunk of content.read()) {
        const sealed = sealer.update(chunk)
        if (sealed.length > 0) await writer.write(sealed)
      }
      await writer.write(sealer.final())
      const body = await writer.finish()
      if (sinceTrim++ >= slack) {
        sinceTrim = 0
        await trim()
      }
      return {
        outcomes: recipients.map((address) => ({
          address,
          state: 'delivered' as const,
          reply: `250 2.0.0 in the outbox as ${id}`,
          status: '2.0.0',
        })),
        async store(trx) {
          await bodies.link(trx, body, account.id, now())
          await insert(trx, 'outbox', row(id, dispatch, recipients, content, wrapped, body.id))
        },
      }

      function row(
        id: string,
        { account_id }: Row<'dispatches'>,
        to: readonly string[],
        { envelopeFrom, fromAddress, subject }: DispatchContent,
        wrapped_key: Buffer,
        body_id: string,
      ): Row<'outbox'> {
        return {
          id,
          account_id,
          envelope_from: envelopeFrom,
          recipients_json: JSON.stringify(to),
          from_address: fromAddress,
          subject_sealed: key.seal(subjectPart, subject),
          wrapped_key,
          body_id,
          created_at: now(),
        }
      }
    },

    async list(limit = most) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(Math.min(limit, kept))
        .execute()
      const entries: OutboxEntry[] = []
      for (const row of rows) {
        const key = await keyOf(row).catch(broken)
        entries.push({
          id: row.id,
          from: row.from_address,
          envelopeFrom: row.envelope_from,
          to: addresses(JSON.parse(row.recipients_json)),
          subject: subjectOf(key, row),
          at: row.created_at,
        })
      }
      return entries
    },

    async read(id) {
      const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return undefined
      const key = await keyOf(row)
      const size = await bodies.size(row.body_id)
      if (size === undefined) return undefined
      return key.open(mime, { size, read: (start, end) => bodies.read(row.body_id, start, end) })
    },
  }
}

function broken(error: unknown): undefined {
  if (!(error instanceof SealBroken)) throw error
}

/** '' where it is damaged: the others are shown all the same. */
function subjectOf(key: MessageKey | undefined, { subject_sealed }: Row<'outbox'>): string {
  try {
    return key?.unseal(subjectPart, subject_sealed).toString() ?? ''
  } catch (error) {
    broken(error)
    return ''
  }
}

function addresses(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
