import { Worker } from 'node:worker_threads'
import { busy } from './gate.ts'
import type { Question, Verdict } from './judge-worker.ts'

/** Characters of a password that are looked at; what is longer is judged by its beginning. */
const longest = 100

export interface Judge extends AsyncDisposable {
  /**
   * How many guesses a password stands, as a power of ten.
   *
   * @param words that say too much about its owner: parts of the address, the product.
   * @param urgent is served first: a password being set, not one being typed. Others throw `sign-in-busy` where
   *   too many are waiting.
   */
  guesses(password: string, words: readonly string[], urgent: boolean): Promise<number>
}

interface Waiting {
  readonly question: Question
  resolve(guesses: number): void
  reject(error: unknown): void
}

/** Judges one password at a time in a worker, which starts with the first. @param most that may wait. */
export function createJudge(most = 100): Judge {
  let worker: Worker | undefined
  let current: Waiting | undefined
  let nextId = 0
  const waiting: Waiting[] = []

  function next() {
    if (current) return
    current = waiting.shift()
    if (!current) {
      // An idle worker must not keep the process alive.
      worker?.unref()
      return
    }
    worker ??= start()
    worker.ref()
    worker.postMessage(current.question)
  }

  function start(): Worker {
    const started = new Worker(new URL('./judge-worker.ts', import.meta.url))
    started.on('message', ({ id, guesses }: Verdict) => {
      if (current?.question.id !== id) return
      current.resolve(guesses)
      current = undefined
      next()
    })
    const ended = (error: unknown) => {
      if (worker !== started) return
      worker = undefined
      current?.reject(error)
      current = undefined
      next()
    }
    started.on('error', ended)
    started.on('exit', (code) => ended(new Error(`the worker that judges passwords ended with ${code}`)))
    return started
  }

  return {
    guesses(password, words, urgent) {
      const id = nextId++
      const question = { id, password: password.slice(0, longest), words }
      return new Promise((resolve, reject) => {
        if (!urgent && waiting.length >= most) {
          reject(busy())
          return
        }
        const one = { question, resolve, reject }
        if (urgent) waiting.unshift(one)
        else waiting.push(one)
        next()
      })
    },
    async [Symbol.asyncDispose]() {
      const ending = worker
      worker = undefined
      for (const one of [...waiting.splice(0), ...(current ? [current] : [])]) one.reject(busy())
      current = undefined
      await ending?.terminate()
    },
  }
}
