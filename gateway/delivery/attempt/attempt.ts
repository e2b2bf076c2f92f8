import type { Row } from '../../store/index.ts'
import { type AttemptParts, CannotHold, type Content, type Ended, type Handlers } from './parts.ts'
import { about } from './record.ts'
import { dropped, finish } from './finish.ts'
import { recipientsOf } from '../queue/index.ts'
import type { Attempt, DispatchContent, Outcome } from '../transport.ts'

/** Makes one attempt at a claimed dispatch and writes down how it went, all in one transaction. */
export async function attempt(
  parts: AttemptParts,
  dispatch: Row<'dispatches'>,
  content: Content,
  handlers: Handlers,
): Promise<Ended> {
  const waiting = recipientsOf(dispatch).filter(({ state }) => state === 'queued')
  const begun = parts.steady()
  let made: DispatchContent | undefined
  let result: Attempt
  parts.metrics.attempts.inc({ kind: dispatch.kind })
  try {
    const what = await content(dispatch)
    if (what === 'gone') return await dropped(parts, dispatch)
    made = what
    result = await parts.transport.send(
      dispatch,
      // What a sender wants to hear of a held message is not asked of those who carry its notification.
      waiting.map(({ address, notify, orcpt }) =>
        dispatch.kind === 'message' ? { address, notify, orcpt } : { address },
      ),
      whileOurs(parts, dispatch.id, what),
    )
  } catch (error) {
    // Ours, not the remote's: a body that can't be read, a notice that can't be composed. Time may mend it.
    parts.log.error({ ...about(dispatch), err: error }, 'a dispatch could not be sent')
    result = { outcomes: waiting.map(({ address }) => ownTrouble(address)) }
  }
  if (parts.stopping() && result.outcomes.every(({ state }) => state === 'deferred')) {
    await parts.release([dispatch.id])
    return { state: 'queued', nextTryAt: dispatch.next_try_at }
  }
  const seconds = (parts.steady() - begun) / 1000
  try {
    return await finish(parts, dispatch, result, made, handlers, seconds)
  } catch (error) {
    if (!(error instanceof CannotHold)) throw error
    // Nothing of it was sent, so it can wait like any other trouble of ours.
    parts.log.error({ ...about(dispatch), err: error }, 'a message could not be held instead')
    const outcomes = result.outcomes.map((one) => (one.state === 'insecure' ? ownTrouble(one.address) : one))
    return finish(parts, dispatch, { ...result, outcomes }, made, handlers, seconds)
  }
}

/** A claim is looked at again where so long has passed since it was last, ms: this process may have been stopped. */
const trusted = 5000

/**
 * Content that breaks off where the claim was lost meanwhile: the connection is then cut before the end of data, so
 * the server does not take what another process is sending.
 */
function whileOurs({ holds, steady }: AttemptParts, id: string, content: DispatchContent): DispatchContent {
  let seen = steady()
  const check = async () => {
    if (steady() - seen < trusted) return
    if (!(await holds(id))) throw new Error('the dispatch is no longer ours to send')
    seen = steady()
  }
  return {
    ...content,
    async *read() {
      await check()
      for await (const chunk of content.read()) {
        await check()
        yield chunk
      }
      await check()
    },
  }
}

function ownTrouble(address: string): Outcome {
  return { address, state: 'deferred', reply: 'The gateway could not read the message.', status: '4.3.0' }
}
