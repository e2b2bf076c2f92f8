import type { Waiting, WaitingMessage } from '../protocol.ts'
import { ProblemError } from '../../shared/contract/index.ts'
import { hostOf } from './address.ts'
import type { Calls } from './calls.ts'
import { isRecord, isText } from './records.ts'
import type { Sessions } from './sessions.ts'
import type { Trust } from './trust.ts'

export interface WaitingDesk {
  list(search: string): Promise<Waiting>
  /** Unread messages of all gateways that could be asked; null where nobody is signed in anywhere. */
  unread(): Promise<number | null>
}

type Why = Waiting['missing'][number]['why']

interface List {
  readonly messages: readonly WaitingMessage[]
  readonly unread: number
}

/** Of each gateway; who has more searches. */
const shown = 20
const patience = 10_000

/** Messages waiting at every gateway where somebody is signed in, newest first. One that is slow keeps none of the others. */
export function createWaiting(
  trust: Pick<Trust, 'list'>,
  sessions: Pick<Sessions, 'read'>,
  calls: Calls,
): WaitingDesk {
  const ask = async (gateway: string, query: Record<string, string>): Promise<List | Why> => {
    if (!(await sessions.read(gateway))) return 'signed-out'
    const path = `/api/messages?${new URLSearchParams({ folder: 'inbox', ...query })}`
    try {
      return readList(
        gateway,
        await calls.json(gateway, 'GET', path, { signal: AbortSignal.timeout(patience) }),
      )
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      // 403: a temporary password was used and not yet changed.
      return [401, 403].includes(error.problem.status) ? 'signed-out' : 'no-answer'
    }
  }
  const askAll = async (query: Record<string, string>) =>
    Promise.all(
      (await trust.list()).map(async ({ gateway }) => ({ gateway, answer: await ask(gateway, query) })),
    )

  return {
    async list(search) {
      const text = search.trim().slice(0, 200)
      const answers = await askAll({ limit: `${shown}`, ...(text !== '' && { search: text }) })
      return {
        messages: answers
          .flatMap(({ answer }) => (typeof answer === 'string' ? [] : answer.messages))
          .toSorted((a, b) => b.at - a.at),
        missing: answers.flatMap(({ gateway, answer }) =>
          typeof answer === 'string' ? [{ gateway, why: answer }] : [],
        ),
      }
    },
    async unread() {
      const answers = await askAll({ limit: '1' })
      if (answers.every(({ answer }) => answer === 'signed-out')) return null
      return answers.reduce((sum, { answer }) => sum + (typeof answer === 'string' ? 0 : answer.unread), 0)
    },
  }
}

function readList(gateway: string, value: unknown): List | Why {
  if (!isRecord(value) || !Array.isArray(value['items']) || typeof value['unread'] !== 'number')
    return 'no-answer'
  return {
    messages: value['items'].flatMap((item) => readMessage(gateway, item)),
    unread: Math.max(0, Math.trunc(value['unread'])),
  }
}

function readMessage(gateway: string, value: unknown): WaitingMessage[] {
  if (!isRecord(value) || !isRecord(value['from'])) return []
  const { id, subject, at, unread, expiresAt } = value
  const { name, address } = value['from']
  if (!isText(id, 100) || !isText(subject, 10_000) || typeof at !== 'number' || !isText(address, 400))
    return []
  const from = isText(name, 1000) && name.trim() !== '' ? name : address
  return [
    {
      gateway,
      host: hostOf(gateway),
      id,
      from,
      subject,
      at,
      unread: unread === true,
      expires: typeof expiresAt === 'number' ? expiresAt : null,
    },
  ]
}
