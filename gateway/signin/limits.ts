import type { Trx } from '../store/index.ts'

/**
 * How often something may be tried. `back-off`: after `free` tries each one has to wait for twice as long as the
 * one before, at most `longest`; after `forget` of quiet one try is forgiven. `bucket`: `size` tries at once,
 * then one each `refill`. Neither ever shuts for good. Times in ms.
 */
export type Rule =
  | {
      readonly kind: 'back-off'
      readonly free: number
      readonly first: number
      readonly longest: number
      readonly forget: number
    }
  | { readonly kind: 'bucket'; readonly size: number; readonly refill: number }

export interface Limit {
  /** `<what>:<whom>`; whom as a MAC, so that the table names nobody. */
  readonly key: string
  readonly rule: Rule
}

/** What the table holds: tries not yet forgiven, and the time they are counted from (ms). */
export interface Level {
  readonly count: number
  readonly since: number
}

/** A level as it is now, what was forgiven in the meantime taken off. */
export function levelAt(rule: Rule, level: Level | undefined, now: number): Level {
  if (!level) return { count: 0, since: now }
  const step = rule.kind === 'bucket' ? rule.refill : rule.forget
  const forgiven = Math.max(0, Math.floor((now - level.since) / step))
  if (forgiven >= level.count) return { count: 0, since: now }
  return { count: level.count - forgiven, since: level.since + forgiven * step }
}

/** Ms until the next try is allowed, 0 where it is now. @param level as stored, not as `levelAt` gives it. */
export function waitOf(rule: Rule, level: Level | undefined, now: number): number {
  if (!level) return 0
  const { count, since } = levelAt(rule, level, now)
  if (rule.kind === 'bucket') return count < rule.size ? 0 : since + rule.refill - now
  if (count < rule.free) return 0
  const pause = Math.min(rule.longest, rule.first * 2 ** (count - rule.free))
  // A clock that was set back must not make anyone wait for longer than the pause.
  return Math.min(pause, Math.max(0, level.since + pause - now))
}

/** Counts a try. A back-off starts anew from it and grows no higher than to where its pause is the longest. */
function added(rule: Rule, level: Level | undefined, now: number): Level {
  const { count, since } = levelAt(rule, level, now)
  if (rule.kind === 'bucket') return { count: count + 1, since }
  const highest = rule.free + Math.ceil(Math.log2(rule.longest / rule.first)) + 1
  return { count: Math.min(highest, count + 1), since: now }
}

/**
 * Counts a try against all limits, or against none where one of them does not allow it now. Counting comes
 * before trying, in a transaction: parallel tries can't slip through together.
 *
 * @returns 0, or the ms to wait.
 */
export async function take(trx: Trx, now: number, limits: readonly Limit[]): Promise<number> {
  const levels = await read(
    trx,
    limits.map((limit) => limit.key),
  )
  const wait = Math.max(0, ...limits.map(({ key, rule }) => waitOf(rule, levels.get(key), now)))
  if (wait > 0) return wait
  for (const { key, rule } of limits) await put(trx, key, added(rule, levels.get(key), now))
  return 0
}

/** Forgives tries, for what was tried succeeded. @param by how many; all by default. @returns how many were. */
export async function giveBack(trx: Trx, now: number, limit: Limit, by = Infinity): Promise<number> {
  const level = (await read(trx, [limit.key])).get(limit.key)
  if (!level) return 0
  const { count, since } = levelAt(limit.rule, level, now)
  if (count <= by) await trx.deleteFrom('limits').where('key', '=', limit.key).execute()
  else await put(trx, limit.key, { count: count - by, since })
  return Math.min(count, by)
}

/** Notes that something happened now, to be asked for with `noted`. */
export async function note(trx: Trx, key: string, now: number): Promise<void> {
  await put(trx, key, { count: 0, since: now })
}

/** When something noted happened last, ms since 1970, or undefined. */
export async function noted(trx: Trx, key: string): Promise<number | undefined> {
  return (await read(trx, [key])).get(key)?.since
}

async function read(trx: Trx, keys: readonly string[]): Promise<Map<string, Level>> {
  const levels = new Map<string, Level>()
  for (const key of keys) {
    const row = await trx.selectFrom('limits').selectAll().where('key', '=', key).executeTakeFirst()
    if (row) levels.set(key, row)
  }
  return levels
}

async function put(trx: Trx, key: string, level: Level): Promise<void> {
  await trx
    .insertInto('limits')
    .values({ key, ...level })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(level))
    .execute()
}
