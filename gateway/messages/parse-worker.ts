import { parentPort } from 'node:worker_threads'
import { parseMime } from './mime.ts'
import type { FromWorker, ToWorker } from './parse-protocol.ts'

/**
 * The worker that takes messages apart, one after the other. It holds no keys and no store: bytes come in, a
 * ParsedMessage goes out, and whatever a hostile message does to it, it does to this thread alone.
 */
const port = parentPort
if (!port) throw new Error('this file runs as a worker')
const tell = (message: FromWorker) => port.postMessage(message)

let arrived: ((message: ToWorker) => void) | undefined
const waiting: ToWorker[] = []
port.on('message', (message: ToWorker) => {
  if (arrived) arrived(message)
  else waiting.push(message)
})

function next(): Promise<ToWorker> {
  const message = waiting.shift()
  if (message) return Promise.resolve(message)
  return new Promise((resolve) => {
    arrived = (arrival) => {
      arrived = undefined
      resolve(arrival)
    }
  })
}

async function* chunks(first: ToWorker): AsyncGenerator<Uint8Array> {
  for (let message = first; message.type === 'chunk'; message = await next()) {
    yield message.bytes
    tell({ type: 'more' })
  }
}

for (;;) {
  const first = await next()
  try {
    tell({ type: 'parsed', message: await parseMime(chunks(first)) })
  } catch (error) {
    tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })
  }
}
