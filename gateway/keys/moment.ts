import type { Store, Trx } from '../store/index.ts'

/** ms since 1970 of the newest change to any key; 0 where there is none. */
export async function sequenceOf(db: Store['db'] | Trx): Promise<number> {
  const links = await db
    .selectFrom('link_keys')
    .select((select) => [select.fn.max('created_at').as('made'), select.fn.max('revoked_at').as('revoked')])
    .executeTakeFirst()
  const roots = await db
    .selectFrom('root_keys')
    .select((select) => select.fn.max('created_at').as('made'))
    .executeTakeFirst()
  return Math.max(links?.made ?? 0, links?.revoked ?? 0, roots?.made ?? 0)
}

/**
 * When a change of a key counts as made: now, but after every earlier one even where the clock was set back, so
 * that whoever has seen the one before takes it as newer.
 */
export async function nextMoment(trx: Trx, now: number): Promise<number> {
  return Math.max(now, (await sequenceOf(trx)) + 1)
}
