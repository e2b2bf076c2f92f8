import { batch, inBatches } from './batches.ts'
import type { Look } from './verification.ts'

/** Between a file and its row, and between a row and what names it, a process is not as long as this, ms. */
const young = 60 * 60 * 1000

/** Files without a row: what a crash left. The gateway sweeps them itself once an hour. */
export const lookAtFiles: Look = async function* ({ inside: { store }, now, progress }) {
  const { bodies } = store
  for (const folder of await bodies.folders()) {
    const files = await bodies.files(folder)
    const old = files.filter(({ changedAt }) => changedAt < now - young)
    for (const file of await bodies.orphans(old)) {
      yield {
        kind: 'orphan-file',
        detail: `${file.path} (${file.size} bytes) belongs to nothing.`,
        repair: { done: `Removed ${file.path}.`, run: () => bodies.remove(file) },
      }
    }
    progress('files', files.length)
  }
}

/** Bodies that nothing names. To be looked at last: whoever names bodies has been looked at by then. */
export const lookAtBodies: Look = async function* ({ inside: { store }, named, now, progress }) {
  const { bodies } = store
  const all = inBatches(
    (after) =>
      store.db
        .selectFrom('bodies')
        .select(['id', 'size', 'created_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute(),
    (count) => progress('bodies', count),
  )
  for await (const { id, size, created_at } of all) {
    if (created_at >= now - young || named.has(id)) continue
    yield {
      kind: 'loose-body',
      detail: `Body ${id} (${size} bytes) belongs to nothing.`,
      repair: {
        done: `Removed body ${id}.`,
        async run() {
          await store.write((trx) => bodies.unlink(trx, id))
          await bodies.discard(id)
        },
      },
    }
  }
}
