import { type Answer, type Reply, type Session, statusOf } from './smtp/index.ts'
import type { Outcome } from '../transport.ts'

/** What a server's answer means for a recipient. @param address as it is known here. */
export function outcomeOf(
  answer: Answer,
  address: string,
  { server, channel, dsn }: { server: string; channel: string; dsn: boolean },
): Outcome {
  const about = { address, server, channel }
  if ('trouble' in answer) {
    const { message, status } = answer.trouble
    // RFC 1047: it may have it, and may not. Twice is better than never.
    return answer.lost
      ? {
          ...about,
          state: 'deferred',
          status: '4.4.2',
          reply: `${server}: the whole message was sent, but its answer was lost: ${message}. It may arrive twice.`,
        }
      : { ...about, state: 'deferred', status, reply: `${server}: ${message}.` }
  }
  const { reply } = answer
  const state = stateAfter(reply)
  const outcome = { ...about, state, reply: reply.text, status: statusOf(reply) }
  return state === 'delivered' && dsn ? { ...outcome, relayedDsn: true } : outcome
}

/** 530: this gateway has not signed in or not encrypted, which an administrator can put right (RFC 4954 section 6). */
function stateAfter({ code }: Reply): Outcome['state'] {
  if (code >= 200 && code < 300) return 'delivered'
  return code >= 500 && code !== 530 ? 'failed' : 'deferred'
}

/** The server ended a kept connection while nobody looked: that says nothing about the message. */
export function wasDead(session: Session, answers: readonly Answer[]): boolean {
  return !session.open && answers.every((answer) => 'trouble' in answer && answer.untouched)
}
