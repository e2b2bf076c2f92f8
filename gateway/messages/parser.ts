import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { ParsedMessage } from './mime.ts'
import type { FromWorker, ToWorker } from './parse-protocol.ts'

/** A message that could not be taken apart. `lasting`: another try would end the same way. */
export class ParseFailed extends Error {
  readonly lasting: boolean

  constructor(reason: string, lasting: boolean) {
    super(`a message could not be parsed: ${reason}`)
    this.name = 'ParseFailed'
    this.lasting = lasting
  }
}

export interface MimeParser extends AsyncDisposable {
  /** Takes a message apart in a worker. Throws ParseFailed, or what reading the bytes throws. */
  parse(bytes: AsyncIterable<Uint8Array>): Promise<ParsedMessage>
}

export interface ParserLimits {
  /** Wall time for one message, ms. A message of 50 MB takes about one second. */
  readonly deadline: number
  /** Messages parsed at once; others wait. */
  readonly atOnce: number
  /** JavaScript heap of a worker, MB. */
  readonly heap: number
}

export const usualLimits: ParserLimits = { deadline: 30_000, atOnce: 2, heap: 128 }

/** Bytes that are on their way to a worker at once. */
const chunkSize = 64 * 1024

/** Workers begin when there is something to parse; one is kept warm, and none keeps the process alive. */
export function createMimeParser(log: Logger, limits: ParserLimits = usualLimits): MimeParser {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const queue: (() => void)[] = []
  let running = 0
  let closed = false

  function begin(): Worker {
    const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      name: 'parse',
      resourceLimits: { maxOldGenerationSizeMb: limits.heap, maxYoungGenerationSizeMb: 16 },
      // Nothing of this process's secrets is handed on.
      env: {},
      execArgv: [],
    })
    worker.unref()
    all.add(worker)
    worker.on('error', (error) => log.warn({ err: error }, 'a parse worker ended'))
    worker.on('exit', () => {
      all.delete(worker)
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
    })
    return worker
  }

  async function place(): Promise<void> {
    if (running >= limits.atOnce) await new Promise<void>((resolve) => queue.push(resolve))
    else running++
  }

  function leave(): void {
    // The place goes to the next in the queue without being free in between.
    const next = queue.shift()
    if (next) next()
    else running--
  }

  return {
    async parse(bytes) {
      await place()
      const worker = idle.pop() ?? begin()
      worker.ref()
      let sound = false
      try {
        const message = await talk(worker, bytes, limits.deadline)
        sound = true
        return message
      } finally {
        worker.unref()
        // After a failure bytes of that message may still be on their way to it.
        if (sound && idle.length === 0 && !closed) idle.push(worker)
        else await worker.terminate()
        leave()
      }
    },

    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

/** Feeds one message to a worker and takes its answer. */
async function talk(
  worker: Worker,
  bytes: AsyncIterable<Uint8Array>,
  deadline: number,
): Promise<ParsedMessage> {
  const stop = new AbortController()
  let more: (() => void) | undefined
  const answer = new Promise<ParsedMessage>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'more') more?.()
      else if (message.type === 'parsed') resolve(message.message)
      else reject(new ParseFailed(message.reason, true))
    })
    once(worker, 'exit', { signal: stop.signal }).then(
      () => reject(new ParseFailed('the worker ended', false)),
      () => undefined,
    )
    once(worker, 'error', { signal: stop.signal }).catch(() => undefined)
  })
  const timer = setTimeout(() => void worker.terminate(), deadline)
  try {
    // Whichever comes first: a parser may give up long before the last byte.
    const fed = feed(worker, bytes, () => new Promise<void>((resolve) => (more = resolve)), stop.signal)
    return await Promise.race([answer, fed.then(() => answer)])
  } finally {
    clearTimeout(timer)
    stop.abort()
    more?.()
    worker.removeAllListeners('message')
    answer.catch(() => undefined)
  }
}

async function feed(
  worker: Worker,
  bytes: AsyncIterable<Uint8Array>,
  taken: () => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const send = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  for await (const chunk of inChunks(bytes)) {
    if (stop.aborted) return
    const more = taken()
    send({ type: 'chunk', bytes: chunk }, [chunk.buffer])
    await more
  }
  if (!stop.aborted) send({ type: 'end' })
}

/** Copies of the bytes in chunks that may be given away. */
async function* inChunks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(chunkSize)
  let filled = 0
  for await (const piece of bytes) {
    for (let from = 0; from < piece.length;) {
      const part = piece.subarray(from, from + chunkSize - filled)
      chunk.set(part, filled)
      filled += part.length
      from += part.length
      if (filled < chunkSize) continue
      yield chunk
      chunk = new Uint8Array(chunkSize)
      filled = 0
    }
  }
  if (filled > 0) yield chunk.slice(0, filled)
}
