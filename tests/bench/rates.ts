import type { Load } from './load.ts'
import { type Contestant, type Measured, type Way, contestants, measure } from './measure.ts'
import { megabytes, ms, whole } from './table.ts'

/** One row of the table of rates. */
export interface Case {
  readonly what: string
  readonly load: Omit<Load, 'port' | 'subject'>
  readonly target?: string
}

const kilobyte = 1024
const megabyte = 1_000_000

/** What is measured. Fewer messages where each takes longer; with `quick` a few cases alone. */
export function casesOf(way: Way, quick: boolean): Case[] {
  const few = (messages: number, connections: number) =>
    Math.max(connections, Math.ceil(quick ? messages / 4 : messages))
  const kept = (size: number, connections: number, messages: number): Case => ({
    what: `${sizeName(size)}, ${connections === 1 ? '1 connection' : `${connections} connections`}`,
    load: { size, connections, messages: few(messages, connections), persistent: true },
  })
  const main: Case[] = [
    {
      ...kept(10 * kilobyte, 50, 10_000),
      ...(way === 'held' && { target: '2,000 msg/s; 1.4x Haraka; 1.5x Postfix' }),
    },
  ]
  const reconnecting: Case = {
    what: '10 KB, a connection each, 50 at a time',
    load: { size: 10 * kilobyte, connections: 50, messages: few(5000, 50), persistent: false },
    ...(way === 'held' && { target: '1,000 msg/s' }),
  }
  const large: Case = {
    ...kept(5 * megabyte, 20, 200),
    ...(way === 'held' && { target: '190 MB/s' }),
  }
  if (quick) return way === 'held' ? [...main, reconnecting, large] : main
  return [
    ...main,
    reconnecting,
    large,
    ...[1, 10, 50, 200].map((connections) => kept(kilobyte, connections, connections === 1 ? 1500 : 8000)),
    ...[1, 10, 200].map((connections) => kept(10 * kilobyte, connections, connections === 1 ? 1500 : 8000)),
    ...[1, 10, 50, 200].map((connections) => kept(megabyte, connections, connections === 1 ? 100 : 600)),
    ...[1, 10, 50].map((connections) => kept(25 * megabyte, connections, connections === 1 ? 10 : 50)),
  ]
}

function sizeName(bytes: number): string {
  return bytes < megabyte ? `${bytes / kilobyte} KB` : `${bytes / megabyte} MB`
}

export const head = [
  '',
  ...contestants,
  'to Haraka',
  'to Postfix',
  'memory, MB',
  'loop delay p99, max, ms',
  'seal, commit, ms',
  'to reach',
]

/** Measures each server in turn and tells it in one row. */
export async function rowOf(way: Way, { what, load, target = '' }: Case): Promise<string[]> {
  const found: Partial<Record<Contestant, Measured>> = {}
  for (const contestant of contestants) found[contestant] = await measure(contestant, way, load)
  const { Postern, Haraka, Postfix } = found
  const perSecond = (one: Measured | undefined) => one?.through ?? one?.accepted ?? NaN
  const shown = (one: Measured | undefined) => {
    if (!one) return '-'
    const rate = (value: number) =>
      load.size < megabyte ? whole(value) : whole((value * load.size) / megabyte)
    const unit = load.size < megabyte ? 'msg/s' : 'MB/s'
    return one.through === undefined
      ? `${rate(one.accepted)} ${unit}`
      : `${rate(one.through)} (${rate(one.accepted)}) ${unit}`
  }
  const ratio = (other: Measured | undefined) => `${(perSecond(Postern) / perSecond(other)).toFixed(2)}x`
  const loop = (one: Measured | undefined) => `${ms(one?.loop?.p99)}, ${ms(one?.loop?.max)}`
  return [
    what,
    ...[Postern, Haraka, Postfix].map(shown),
    ratio(Haraka),
    ratio(Postfix),
    [Postern, Haraka, Postfix].map((one) => megabytes(one?.memory ?? NaN)).join(' / '),
    [Postern, Haraka].map(loop).join(' / '),
    `${ms(Postern?.seal)}, ${ms(Postern?.commit)}`,
    target,
  ]
}
