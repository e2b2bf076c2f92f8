import type { QueuedDispatch, SearchResult } from '../delivery/index.ts'
import { table, time } from './command.ts'

export function queueTable(dispatches: readonly QueuedDispatch[]): string {
  return table(
    ['id', 'what', 'from', 'to', 'tries', 'next', 'last reply'],
    dispatches.map((one) => [
      one.id,
      one.notice ?? one.kind,
      one.envelopeFrom,
      one.recipients.map(({ address }) => address).join(', '),
      String(one.attempts),
      one.pausedAt !== null ? 'paused' : one.sending ? 'now' : time(one.nextTryAt),
      one.recipients.find(({ reply }) => reply !== '')?.reply ?? '',
    ]),
    'Nothing waits.',
  )
}

export function foundTable({ found, lookedBackTo }: SearchResult): string {
  const lines = table(
    ['time', 'id', 'queue id', 'what', 'from', 'to', 'state', 'reply'],
    found.map((one) => [
      time(one.at),
      one.id,
      one.messageId ?? '',
      one.what,
      one.from,
      one.to.join(', '),
      one.state,
      one.reply,
    ]),
    'Nothing was found.',
  )
  if (lookedBackTo === null) return lines
  const before = new Date(lookedBackTo).toISOString()
  return `${lines}\nThere may be more that is older: --before ${before}`
}

interface Happened {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly answer: string
}

/** All that is known of a dispatch, and what happened to it, oldest first. */
export function timeline(one: QueuedDispatch): string {
  const facts: [string, string][] = [
    ['dispatch', `${one.id} (${one.notice ?? one.kind})`],
    ['message', [one.messageId ?? '-', one.rfcMessageId].join(' ').trim()],
    ['trace', one.traceId ?? one.messageId ?? one.id],
    ['from', one.envelopeFrom === '' ? '<>' : one.envelopeFrom],
    ['destination', `${one.destination}${one.tls === 'require' ? ', verified TLS only' : ''}`],
    ['state', stateOf(one)],
  ]
  const all = one.recipients.map(({ address }) => address).join(', ')
  const happened: Happened[] = [
    { at: one.createdAt, who: all, what: 'queued', answer: '' },
    ...one.history.map(({ at, last, times, to, reply, server }) => ({
      at,
      who: to.join(', '),
      what: times === 1 ? 'deferred' : `deferred ${times} times until ${time(last)}`,
      answer: answerOf(reply, server),
    })),
    ...one.recipients
      .filter(({ state }) => state !== 'queued')
      .map(({ at, address, state, reply, server, channel }) => ({
        at: at ?? one.finishedAt ?? one.createdAt,
        who: address,
        what: state,
        answer: answerOf(reply, server, channel),
      })),
  ]
  if (one.delayToldAt !== null) {
    happened.push({ at: one.delayToldAt, who: one.envelopeFrom, what: 'late', answer: 'the sender is told' })
  }
  return [
    ...facts.map(([name, value]) => `${name.padEnd(12)} ${value}`),
    '',
    table(
      ['time', 'who', 'what', 'answer'],
      happened
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, who, what, answer }) => [time(at), who, what, answer]),
      '',
    ),
  ].join('\n')
}

function answerOf(reply: string, ...where: (string | undefined)[]): string {
  const known = where.filter((text) => text !== undefined)
  return known.length === 0 ? reply : `${reply} [${known.join(', ')}]`
}

function stateOf(one: QueuedDispatch): string {
  const tries = `${one.attempts} ${one.attempts === 1 ? 'attempt' : 'attempts'}`
  if (one.state !== 'queued') return `${one.state} at ${time(one.finishedAt)}, ${tries}`
  if (one.pausedAt !== null) return `paused since ${time(one.pausedAt)}, ${tries}`
  return one.sending ? `being sent, ${tries}` : `waits for ${time(one.nextTryAt)}, ${tries}`
}
