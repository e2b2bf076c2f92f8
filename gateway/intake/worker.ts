import { Worker } from 'node:worker_threads'
import { type Level, type Logger, levels } from 'pino'
import type { Keeper } from '../messages/index.ts'
import type { Person } from '../people/index.ts'
import { type StoreTrouble, troubleOf } from '../store/index.ts'
import type { IntakeCounts } from './counts.ts'
import { usualDrainTime } from './listeners.ts'
import { type ErrorData, errorData, errorOf } from './worker-error.ts'
import type { Count, FromWorker, Question, ToWorker, WorkerSetup } from './worker-protocol.ts'

/** What the main thread does for its workers. */
export interface MainParts {
  readonly messages: Keeper
  readonly signin: {
    authenticate(address: string, password: string, ip: string): Promise<Person | undefined>
  }
  readonly counts: IntakeCounts
  /** Told when the disk fails in a worker. */
  readonly report?: ((trouble: StoreTrouble) => void) | undefined
  readonly log: Logger
}

export interface RunningWorker {
  readonly ports: readonly number[]
  /** Resolves when the thread has ended, with the error that ended it, if one did. */
  readonly ended: Promise<Error | undefined>
  /** Takes no more connections, lets running messages end, and resolves. */
  close(): Promise<void>
}

/** A worker that does not end by itself this long after its connections had to, is ended, ms. */
const grace = 2000

/** Starts one worker. Resolves once it listens; throws what kept it from that. */
export async function startWorker(parts: MainParts, setup: WorkerSetup): Promise<RunningWorker> {
  const worker = new Worker(new URL('./intake-worker.ts', import.meta.url), {
    name: 'intake',
    workerData: setup,
    // Nothing of this process's environment is handed on.
    env: {},
    execArgv: [],
  })
  let error: Error | undefined
  worker.on('error', (cause: unknown) => (error = cause instanceof Error ? cause : new Error(String(cause))))
  const ended = new Promise<Error | undefined>((resolve) => worker.once('exit', () => resolve(error)))

  const ports = await new Promise<readonly number[]>((resolve, reject) => {
    serve(worker, parts, {
      listening: resolve,
      failed: (failure) => void ended.then(() => reject(failure)),
    })
    void ended.then((cause) => reject(cause ?? new Error('an intake worker ended while it started')))
  })
  return {
    ports,
    ended,
    async close() {
      worker.postMessage([{ type: 'close' }] satisfies ToWorker[])
      const late = setTimeout(
        () => void worker.terminate(),
        (setup.config.drainTime ?? usualDrainTime) + grace,
      )
      await ended
      clearTimeout(late)
    },
  }
}

/** Does what a worker asks, and writes and counts what it says. */
function serve(
  worker: Worker,
  { messages, signin, counts, report, log }: MainParts,
  started: { listening(ports: readonly number[]): void; failed(error: Error): void },
): void {
  let answers: ToWorker[] = []
  const answer = (message: ToWorker) => {
    answers.push(message)
    // After all that the same commit has settled: they go together.
    if (answers.length === 1) process.nextTick(flush)
  }
  const flush = () => {
    worker.postMessage(answers)
    answers = []
  }

  function work(question: Question): Promise<unknown> {
    switch (question.type) {
      case 'store':
        return messages.store(question.message)
      case 'reply':
        return messages.storeReply(question.copyId, question.sealed, question.facts)
      case 'authenticate':
        return signin.authenticate(question.address, question.password, question.ip)
    }
  }

  function take(message: FromWorker): void {
    switch (message.type) {
      case 'listening':
        started.listening(message.ports)
        break
      case 'failed':
        started.failed(errorOf(message.error))
        break
      case 'trouble': {
        const trouble = troubleOf(errorOf(message.error))
        if (trouble) report?.(trouble)
        break
      }
      case 'log':
        write(log, message.line)
        break
      case 'count':
        count(counts, message)
        break
      default:
        work(message).then(
          (value) => answer({ type: 'answer', id: message.id, value }),
          (error: unknown) => answer({ type: 'answer', id: message.id, error: errorData(error) }),
        )
    }
  }
  worker.on('message', (said: FromWorker[]) => {
    for (const message of said) take(message)
  })
}

function count(counts: IntakeCounts, { name, value }: Count): void {
  // The name says which type the value has; TypeScript can't follow that through the call.
  ;(counts as Record<Count['name'], (value: Count['value']) => void>)[name](value)
}

/** Writes a worker's line with what our own log adds to each, and without what it cuts out. */
function write(log: Logger, line: string): void {
  // Made by the worker's pino.
  const { level, msg, err, ...fields } = JSON.parse(line) as { level: number; msg?: string; err?: ErrorData }
  const name = (levels.labels[level] ?? 'info') as Level
  log[name](err === undefined ? fields : { ...fields, err: errorOf(err) }, msg)
}
