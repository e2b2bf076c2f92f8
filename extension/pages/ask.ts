import type { Answer, OwnAnswers, OwnRequest } from '../protocol.ts'

/** One question of an extension page to the background. Rejects with `AskError` where the background refuses. */
export type Ask = <Request extends OwnRequest>(request: Request) => Promise<OwnAnswers[Request['ask']]>

/** A refusal of the background. `code` is stable; the message is for the person. */
export class AskError extends Error {
  readonly code: string

  constructor({ code, detail }: { readonly code: string; readonly detail: string }) {
    super(detail)
    this.name = 'AskError'
    this.code = code
  }
}

/** @param send `runtime.sendMessage`. */
export function createAsk(send: (request: OwnRequest) => Promise<unknown>): Ask {
  return async <Request extends OwnRequest>(request: Request) => {
    const answer = await send(request)
    // The background is ours and answers by the protocol; what else comes is nobody's answer (it was just updated).
    if (typeof answer !== 'object' || answer === null || !('ok' in answer))
      throw new AskError({
        code: 'no-answer',
        detail: 'The extension did not answer. Close this and try again.',
      })
    const known = answer as Answer<OwnAnswers[Request['ask']]>
    if (!known.ok) throw new AskError(known.problem)
    return known.value
  }
}
