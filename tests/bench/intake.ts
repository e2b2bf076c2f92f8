import { type Load, send } from './load.ts'
import { type Server, gateway, haraka, postfixHold } from './servers.ts'

/** Servers measured beside each other, each with its data fresh. */
export const contestants = { Postern: () => gateway(), Haraka: haraka, Postfix: postfixHold } as const
export type Contestant = keyof typeof contestants

export type Rates = Record<Contestant, number>

/**
 * Messages a second of each server under the same load, one after the other in the same run. Whether all messages
 * are on disk is checked afterwards: a fast server that lost some has not won.
 */
export async function rates(load: Omit<Load, 'port'>): Promise<Rates> {
  return {
    Postern: await rate(contestants.Postern, load),
    Haraka: await rate(contestants.Haraka, load),
    Postfix: await rate(contestants.Postfix, load),
  }
}

async function rate(start: () => Promise<Server>, load: Omit<Load, 'port'>): Promise<number> {
  await using server = await start()
  const { port } = server
  const warm = Math.min(500, Math.ceil(load.messages / 10))
  await send({ ...load, port, messages: warm })
  const seconds = await send({ ...load, port })
  const kept = await server.kept()
  if (kept < load.messages + warm) {
    throw new Error(`${kept} of ${load.messages + warm} acknowledged messages are on disk`)
  }
  return load.messages / seconds
}
