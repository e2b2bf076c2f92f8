import { setTimeout as sleep } from 'node:timers/promises'
import { startSink } from '../peers/postfix.ts'
import { type Gateway, gateway } from './gateway.ts'
import { send } from './load.ts'
import { mostMemory, resident } from './memory.ts'

const size = 50_000_000

/** Bytes above idle while one message of 50 MB is held, and while one comes in and leaves to a smart host. */
export async function memoryOfLargeMessage(): Promise<{ held: number; relayed: number }> {
  return { held: await above('[secure] large'), relayed: await above('large') }
}

async function above(subject: string): Promise<number> {
  await using sink = await startSink({ keep: false })
  await using server = await gateway({
    relayTo: sink.port,
    environment: { POSTERN_SIZE_LIMIT: '100000000' },
  })
  const load = { port: server.port, connections: 1, persistent: true, subject }
  // Code that has run once and its first small message count as idle.
  await send({ ...load, messages: 20, size: 10_240 })
  await sleep(2000)
  const idle = await resident(server.pid)
  const most = await mostMemory(
    () => server.processes(),
    async () => {
      await send({ ...load, messages: 1, size })
      await left(server)
    },
  )
  return most - idle
}

/** Resolves when the queue is empty. */
async function left(server: Gateway): Promise<void> {
  while ((await server.kept()) > 0) await sleep(100)
}
