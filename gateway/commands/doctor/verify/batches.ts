/** Rows read at once. */
export const batch = 200

/**
 * Rows in the order of their ids, a batch at a time.
 * @param read the next `batch` rows after an id. @param done called after each batch with how many they were.
 */
export async function* inBatches<T extends { readonly id: string }>(
  read: (after: string) => Promise<readonly T[]>,
  done: (count: number) => void,
): AsyncGenerator<T> {
  for (let after = ''; ;) {
    const rows = await read(after)
    const last = rows.at(-1)
    if (!last) return
    yield* rows
    after = last.id
    done(rows.length)
  }
}
