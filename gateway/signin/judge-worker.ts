/**
 * The worker that judges how easily a password is guessed: zxcvbn with its dictionaries (237,000 words and
 * passwords) takes up to 0.2 s for one, far too long for the event loop.
 */
import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

/** A password to judge and words that say too much about its owner. */
export interface Question {
  readonly id: number
  readonly password: string
  readonly words: readonly string[]
}

/** The number of guesses as a power of ten. */
export interface Verdict {
  readonly id: number
  readonly guesses: number
}

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  maxLength: 100,
  // The default of 100 takes a second for a random password; 10 finds the same common ones.
  l33tMaxSubstitutions: 10,
})

parentPort?.on('message', ({ id, password, words }: Question) => {
  const { guessesLog10 } = zxcvbn.check(password, [...words])
  parentPort?.postMessage({ id, guesses: guessesLog10 } satisfies Verdict)
})
