import type { PageAnswers, PageWords } from '../protocol.ts'
import { type Kit, kitIn } from './kit.ts'
import type { Ask } from './runtime.ts'
import { hostAttribute } from './style.ts'

/** What comes from the background before anything is shown: leave, words, and the second script. */
export interface Beginning {
  /** Undefined: not to run here, or nobody answers. Asked only when there is something to ask about. */
  readonly begin: () => Promise<PageAnswers['begin'] | undefined>
  readonly words: () => PageWords | undefined
  readonly kit: () => Promise<Kit | undefined>
  /** Asks again the next time: a person may have changed settings meanwhile. */
  readonly renew: () => void
}

export interface BeginningOptions {
  readonly document: Document
  /** The globals of our world. */
  readonly scope: object
  readonly ask: Ask
  /** This site was switched off. */
  readonly off: () => void
}

export function createBeginning({ document, scope, ask, off }: BeginningOptions): Beginning {
  const started = Date.now()
  let begun: PageAnswers['begin'] | undefined
  let asked: Promise<PageAnswers['begin'] | undefined> | undefined
  let swept = false

  /**
   * Takes away what an earlier content script, gone with its extension, could not. What is younger is of a frame's
   * script, which puts its portal into this document (place.ts).
   */
  const sweep = (): void => {
    swept = true
    for (const left of document.querySelectorAll(`[${hostAttribute}]`))
      if (Number(left.getAttribute(hostAttribute)) < started) left.remove()
  }
  return {
    async begin() {
      asked ??= ask({ ask: 'begin' })
      begun = await asked
      if (!swept) sweep()
      if (!begun) asked = undefined
      else if (!begun.on) off()
      return begun?.on ? begun : undefined
    },
    words: () => begun?.words,
    async kit() {
      if (!kitIn(scope)) await ask({ ask: 'bring-kit' })
      return kitIn(scope)
    },
    renew() {
      asked = undefined
    },
  }
}
