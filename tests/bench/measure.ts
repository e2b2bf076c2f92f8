import { setTimeout as sleep } from 'node:timers/promises'
import { startSink } from '../peers/postfix.ts'
import { gateway } from './gateway.ts'
import { haraka } from './haraka.ts'
import { type Load, send } from './load.ts'
import { mostMemory } from './memory.ts'
import { meanOf } from './metrics.ts'
import { postfix } from './postfix.ts'
import type { LoopDelay, Server } from './server.ts'

/** Servers measured beside each other, each with its data fresh. */
export const contestants = ['Postern', 'Haraka', 'Postfix'] as const
export type Contestant = (typeof contestants)[number]

/** How one server did under one load. */
export interface Measured {
  /** Messages acknowledged a second. */
  readonly accepted: number
  /** Messages a second that came out at the other end; undefined where they are kept. */
  readonly through: number | undefined
  /** The most it had, bytes. */
  readonly memory: number
  readonly loop: LoopDelay | undefined
  /** Of the gateway: mean time to seal a message, and to make it durable, ms. */
  readonly seal: number | undefined
  readonly commit: number | undefined
}

/** `held`: kept, by the gateway as secure mail. `relayed`: passed on to a server that throws it away. */
export type Way = 'held' | 'relayed'

/** Longest time without a message coming out, ms. */
const patience = 60_000

/**
 * Puts a fresh server under a load. Afterwards every acknowledged message must be on its disk, or have come out: a
 * fast server that lost some has not won.
 */
export async function measure(
  contestant: Contestant,
  way: Way,
  wanted: Omit<Load, 'port' | 'subject'>,
): Promise<Measured> {
  await using sink = way === 'relayed' ? await startSink({ keep: false }) : undefined
  await using server = await start(contestant, sink?.port)
  const load = { ...wanted, port: server.port, subject: way === 'held' ? '[secure] bench' : 'bench' }
  const warm = Math.min(500, Math.ceil(load.messages / 10))
  await send({ ...load, connections: Math.min(load.connections, warm), messages: warm })
  if (sink) await untilTaken(sink, warm)

  const before = await server.metrics?.()
  await server.loopDelay()
  let accepted = 0
  let through: number | undefined
  const memory = await mostMemory(
    () => server.processes(),
    async () => {
      const begun = performance.now()
      accepted = load.messages / (await send(load))
      if (!sink) return
      await untilTaken(sink, warm + load.messages)
      through = load.messages / ((performance.now() - begun) / 1000)
    },
    100,
  )
  const loop = await server.loopDelay()
  const after = await server.metrics?.()
  await check(server, way, warm + load.messages)
  const mean = (name: string) => before && after && meanOf(name, before, after)
  return {
    accepted,
    through,
    memory,
    loop,
    seal: mean('postern_intake_seal_seconds'),
    commit: mean('postern_intake_commit_seconds'),
  }
}

/** @param relayTo port to which it relays; else it keeps what it takes. */
async function start(contestant: Contestant, relayTo: number | undefined): Promise<Server> {
  if (contestant === 'Postern') return gateway({ relayTo })
  return contestant === 'Haraka' ? haraka(relayTo) : postfix(relayTo)
}

async function untilTaken(sink: { readonly taken: number }, count: number): Promise<void> {
  let seen = { taken: 0, at: performance.now() }
  while (sink.taken < count) {
    if (sink.taken > seen.taken) seen = { taken: sink.taken, at: performance.now() }
    if (performance.now() - seen.at > patience) throw new Error(`${sink.taken} of ${count} came out`)
    await sleep(5)
  }
}

async function check(server: Server, way: Way, sent: number): Promise<void> {
  if (way === 'held') {
    const kept = await server.kept()
    if (kept < sent) throw new Error(`${kept} of ${sent} acknowledged messages are on disk`)
    return
  }
  for (let left = await server.kept(), tries = 0; left > 0; left = await server.kept()) {
    if (++tries > 100) throw new Error(`${left} messages have come out and are still in the queue`)
    await sleep(100)
  }
}
