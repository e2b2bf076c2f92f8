import { releaseMessage } from './end.ts'
import { type Pace, createPace } from './pace.ts'
import type { MessageParts } from './parts.ts'

/** What a crash can leave for an hour at most: a process is not that long between a file and its row, ms. */
const orphanAge = 60 * 60 * 1000
const releaseAge = 10 * 60 * 1000
/** Messages looked at in one query. */
const slice = 500

/** Finds what a crash left behind. Each call goes on where the one before had to end. @returns how many were found. */
export type Sweep = (pace?: Pace) => Promise<number>

export function createSweep(parts: MessageParts): Sweep {
  const { store, now } = parts
  let afterMessage = ''
  let afterFolder = ''

  /** Relayed messages whose last dispatch ended without anybody being told. */
  async function releaseForgotten(pace: Pace): Promise<number> {
    let count = 0
    for (;;) {
      const ids = await store.db
        .selectFrom('messages')
        .select('id')
        .where('id', '>', afterMessage)
        .orderBy('id')
        .limit(slice)
        .execute()
      const last = ids.at(-1)
      if (!last) break
      for (const id of await forgotten(parts, afterMessage, last.id)) {
        await releaseMessage(parts, id)
        count++
      }
      afterMessage = last.id
      if (!(await pace.next())) return count
    }
    afterMessage = ''
    return count
  }

  /** Files without a row. */
  async function removeOrphans(pace: Pace): Promise<number> {
    let count = 0
    for (const folder of await store.bodies.folders()) {
      if (folder <= afterFolder) continue
      const old = (await store.bodies.files(folder)).filter(({ changedAt }) => changedAt < now() - orphanAge)
      for (const file of await store.bodies.orphans(old)) {
        await store.bodies.remove(file)
        count++
      }
      afterFolder = folder
      if (!(await pace.next())) return count
    }
    afterFolder = ''
    return count
  }

  return async (pace = createPace()) => {
    const released = await releaseForgotten(pace)
    return pace.over ? released : released + (await removeOrphans(pace))
  }
}

/** Of the messages between two ids, those that are kept for nobody. */
async function forgotten({ store, now }: MessageParts, after: string, upTo: string): Promise<string[]> {
  const rows = await store.db
    .selectFrom('messages')
    .select('id')
    .where('id', '>', after)
    .where('id', '<=', upTo)
    .where('shredded_at', 'is', null)
    .where('expires_at', 'is', null)
    .where('origin', '=', 'mail')
    .where('received_at', '<', now() - releaseAge)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('copies')
            .select('copies.id')
            .whereRef('copies.message_id', '=', 'messages.id')
            .where('copies.state', '=', 'held'),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('dispatches')
            .select('dispatches.id')
            .whereRef('dispatches.message_id', '=', 'messages.id')
            .where('dispatches.state', '=', 'queued'),
        ),
      ),
    )
    .execute()
  return rows.map(({ id }) => id)
}
