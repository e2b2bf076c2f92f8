import type { Kysely } from 'kysely'
import type { Schema } from '../../../store/index.ts'
import { batch, inBatches } from './batches.ts'
import type { Issue } from './issue.ts'
import type { Look, Verification } from './verification.ts'

/** Rows that point at what is not there. Each kind is told of once. */
export const lookAtRows: Look = async function* (verification) {
  for (const one of loose) yield* lookAt(verification, one)
  yield* lookAtDispatches(verification)
}

/** Ids of at most a batch of rows that point nowhere. */
interface Loose {
  readonly kind: string
  readonly what: string
  readonly find: (db: Kysely<Schema>) => Promise<(string | number)[]>
  readonly remove: (db: Kysely<Schema>, ids: (string | number)[]) => Promise<unknown>
}

const text = (ids: (string | number)[]) => ids.map(String)

const loose: readonly Loose[] = [
  {
    kind: 'loose-threads',
    what: 'Message-IDs of messages that are not there',
    find: async (db) => {
      const rows = await db
        .selectFrom('threads')
        .leftJoin('messages', 'messages.id', 'threads.message_id')
        .select('threads.message_id')
        .where('messages.id', 'is', null)
        .limit(batch)
        .execute()
      return rows.map(({ message_id }) => message_id)
    },
    remove: (db, ids) => db.deleteFrom('threads').where('message_id', 'in', text(ids)).execute(),
  },
  {
    kind: 'loose-copies',
    what: 'copies of messages that are not there',
    find: async (db) => {
      const rows = await db
        .selectFrom('copies')
        .leftJoin('messages', 'messages.id', 'copies.message_id')
        .select('copies.id')
        .where('messages.id', 'is', null)
        .limit(batch)
        .execute()
      return rows.map(({ id }) => id)
    },
    remove: (db, ids) => db.deleteFrom('copies').where('id', 'in', text(ids)).execute(),
  },
  {
    kind: 'loose-draft-files',
    what: 'files of drafts that are not there',
    find: async (db) => {
      const rows = await db
        .selectFrom('draft_files')
        .leftJoin('drafts', 'drafts.id', 'draft_files.draft_id')
        .select('draft_files.id')
        .where('drafts.id', 'is', null)
        .limit(batch)
        .execute()
      return rows.map(({ id }) => id)
    },
    remove: (db, ids) => db.deleteFrom('draft_files').where('id', 'in', text(ids)).execute(),
  },
  {
    kind: 'loose-events',
    what: 'events of messages that are not there',
    find: async (db) => {
      const rows = await db
        .selectFrom('events')
        .leftJoin('messages', 'messages.id', 'events.message_id')
        .select('events.id')
        .where('events.message_id', 'is not', null)
        .where('messages.id', 'is', null)
        .limit(batch)
        .execute()
      return rows.map(({ id }) => id)
    },
    remove: (db, ids) => db.deleteFrom('events').where('id', 'in', ids.map(Number)).execute(),
  },
]

async function* lookAt(
  { inside: { store }, progress }: Verification,
  { kind, what, find, remove }: Loose,
): AsyncGenerator<Issue> {
  const first = await find(store.db)
  progress(what, 0)
  if (first.length === 0) return
  yield {
    kind,
    detail: `There are ${what} (${first.length}${first.length === batch ? ' or more' : ''}).`,
    repair: {
      done: `Removed ${what}.`,
      async run() {
        for (;;) {
          const ids = await find(store.db)
          if (ids.length === 0) return
          await store.write((trx) => remove(trx, ids))
        }
      },
    },
  }
}

/** Queued messages that are gone: nobody would be told that they never left. */
async function* lookAtDispatches({ inside, progress }: Verification): AsyncGenerator<Issue> {
  const { store, delivery } = inside
  const waiting = inBatches(
    (after) =>
      store.db
        .selectFrom('dispatches')
        .leftJoin('messages', 'messages.id', 'dispatches.message_id')
        .select(['dispatches.id', 'dispatches.message_id', 'messages.wrapped_key'])
        .where('dispatches.state', '=', 'queued')
        .where('dispatches.kind', '=', 'message')
        .where('dispatches.id', '>', after)
        .orderBy('dispatches.id')
        .limit(batch)
        .execute(),
    (count) => progress('dispatches', count),
  )
  for await (const { id, message_id, wrapped_key } of waiting) {
    if (wrapped_key) continue
    yield {
      kind: 'loose-dispatch',
      detail: `Dispatch ${id} is to send message ${message_id ?? '(none)'}, which is not there.`,
      repair: {
        done: `Ended dispatch ${id}; its sender is told.`,
        async run() {
          await delivery.drop({ id }, nothing, gone)
        },
      },
    }
  }
}

/** RFC 3463: X.3.0, other or undefined mail system status. */
const gone = { reply: 'The gateway can not send the message: it is not there any more.', status: '5.3.0' }

async function* nothing(): AsyncGenerator<Uint8Array> {
  // There is nothing to read.
}
