import type { Answer, PageAnswers, PageRequest } from '../protocol.ts'

/**
 * The content script's only way out: asks of the background. No polyfill, for both browsers promise by themselves.
 * A background that was asleep may miss the first message, so each ask is tried twice; after that there is simply no
 * answer, because a page is no place to complain. Threat: what comes back comes from our own background alone
 * (`runtime.sendMessage` reaches no page), so its shape is not checked beyond "is it an answer".
 */
export type Ask = <R extends PageRequest>(request: R) => Promise<PageAnswers[R['ask']] | undefined>

/** The part of `chrome.runtime` that is used here. `id` goes when the extension is updated or removed. */
export interface Runtime {
  readonly id?: string | undefined
  sendMessage(message: unknown): Promise<unknown>
}

/** The extension of this content script is gone: it was updated, switched off or removed. */
export const isOrphaned = (runtime: Runtime): boolean => runtime.id === undefined

/** `chrome.runtime`, by whatever name the browser has for it. Undefined where an orphan has nothing left of it. */
export function runtimeOf(scope: object): Runtime | undefined {
  // The browser's own globals have no types here; a content script has no other way to them.
  const { browser, chrome } = scope as Partial<Record<'browser' | 'chrome', { runtime?: Runtime }>>
  return browser?.runtime ?? chrome?.runtime
}

/**
 * @param gone is called, once for each ask, when the extension has gone.
 * @param pause before the second try, ms.
 */
export function createAsk(
  runtime: Runtime,
  gone: () => void,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Ask {
  const send = async (request: PageRequest): Promise<unknown> => {
    try {
      return await runtime.sendMessage(request)
    } catch {
      // "Receiving end does not exist" or "context invalidated": the caller tries again or gives up.
      return undefined
    }
  }
  return async <R extends PageRequest>(request: R) => {
    for (const ms of [250, null]) {
      if (isOrphaned(runtime)) {
        gone()
        return undefined
      }
      const answer = await send(request)
      // Both sides come from one package: the protocol is the type's promise.
      if (isAnswer(answer)) return answer.ok ? (answer.value as PageAnswers[R['ask']]) : undefined
      if (ms !== null) await pause(ms)
    }
    if (isOrphaned(runtime)) gone()
    return undefined
  }
}

function isAnswer(value: unknown): value is Answer<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value
}
