import { setTimeout as sleep } from 'node:timers/promises'
import { startSink } from '../peers/postfix.ts'
import { send } from './load.ts'
import { mostResident, resident } from './memory.ts'
import { gateway } from './servers.ts'

const size = 50_000_000

/** Bytes above idle while one message of 50 MB is held, and while one comes in and leaves to a smart host. */
export async function memoryOfLargeMessage(): Promise<{ held: number; relayed: number }> {
  return { held: await above('[secure] large'), relayed: await above('large') }
}

async function above(subject: string): Promise<number> {
  await using sink = await startSink({ keep: false })
  await using server = await gateway({
    POSTERN_SIZE_LIMIT: '100000000',
    POSTERN_SMART_HOST: `127.0.0.1:${sink.port}`,
  })
  const load = { port: server.port, connections: 1, persistent: true, subject }
  // Code that has run once and its first small message count as idle.
  await send({ ...load, messages: 20, size: 10_240 })
  await sleep(2000)
  const idle = await resident(server.pid)
  const most = await mostResident(server.pid, async () => {
    await send({ ...load, messages: 1, size })
    await left(server.httpUrl)
  })
  return most - idle
}

/** Resolves when the queue is empty. */
async function left(httpUrl: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
    if (/^postern_queue_depth 0$/m.test(metrics)) return
    await sleep(100)
  }
}
