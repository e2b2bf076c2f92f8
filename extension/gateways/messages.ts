import type { Answer } from '../protocol.ts'
import { type OwnHandlers, mayAskAs } from './own-requests.ts'
import type { PageHandlers } from './page-requests.ts'
import { isRecord } from './records.ts'
import { Refusal } from './refusal.ts'
import type { Asker } from './senders.ts'

/** Answers one message by what its sender may ask: a list for each direction, and whatever is not on it is refused. */
export function createAnswers(
  pages: PageHandlers,
  own: OwnHandlers,
): (message: unknown, asker: Asker | undefined) => Promise<Answer<unknown>> {
  const valueFor = (message: unknown, asker: Asker | undefined): Promise<unknown> => {
    const ask = isRecord(message) ? message['ask'] : undefined
    if (!isRecord(message) || typeof ask !== 'string' || !asker) throw notAllowed()
    if (asker.kind === 'page') {
      if (!isKeyOf(pages, ask)) throw notAllowed()
      return pages[ask](message, asker)
    }
    if (!isKeyOf(own, ask) || !mayAskAs[asker.page].includes(ask)) throw notAllowed()
    return own[ask](message, asker.page)
  }
  return async (message, asker) => {
    try {
      return { ok: true, value: await valueFor(message, asker) }
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal('failed', 'Something went wrong. Try again.')
      return { ok: false, problem: { code: refusal.code, detail: refusal.message } }
    }
  }
}

function isKeyOf<T extends object>(handlers: T, ask: string): ask is keyof T & string {
  return Object.hasOwn(handlers, ask)
}

function notAllowed(): Refusal {
  return new Refusal('not-allowed', 'This may not be asked from here.')
}
