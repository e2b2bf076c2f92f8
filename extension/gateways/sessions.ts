import type { SessionState } from '../../shared/contract/index.ts'
import { isRecord, isText, readRecord, without } from './records.ts'
import { createStored } from './stored.ts'
import type { Area } from './surroundings.ts'

/**
 * Who is signed in where: bearer tokens, by gateway. They lie in `storage.session`: in memory, gone with the
 * browser, and out of reach of content scripts. No answer to any page has one in it.
 */
export interface Sessions {
  read(gateway: string): Promise<Session | undefined>
  all(): Promise<Readonly<Record<string, Session>>>
  keep(gateway: string, session: Session): Promise<void>
  /** What the gateway says of the session of a token. */
  learn(gateway: string, token: string, state: SessionState): Promise<void>
  /** @param token only where it is still this one: an answer may be late. */
  end(gateway: string, token?: string): Promise<void>
  /** Ends all but those of gateways that are still trusted. */
  endAllBut(trusted: readonly string[]): Promise<void>
}

export interface Session {
  readonly token: string
  /** Whom the gateway says it is; null until the person has signed in fully. */
  readonly address: string | null
}

/** @param area `storage.session`. @param changed told after somebody signed in or out. */
export function createSessions(area: Area, changed: () => void): Sessions {
  const stored = createStored(area, 'sessions', (value) => readRecord(value, readSession))
  const change: typeof stored.change = async (next) => {
    const now = await stored.change(next)
    changed()
    return now
  }
  return {
    read: async (gateway) => (await stored.read())[gateway],
    all: () => stored.read(),
    keep: async (gateway, session) => {
      await change((now) => ({ ...now, [gateway]: session }))
    },
    learn: async (gateway, token, state) => {
      const now = (await stored.read())[gateway]
      const address = addressOf(state)
      if (now?.token !== token || (now.address === address && state.state !== 'signed-out')) return
      await change((all) => {
        if (all[gateway]?.token !== token) return all
        return state.state === 'signed-out'
          ? without(all, gateway)
          : { ...all, [gateway]: { token, address } }
      })
    },
    end: async (gateway, token) => {
      await change((now) =>
        token === undefined || now[gateway]?.token === token ? without(now, gateway) : now,
      )
    },
    endAllBut: async (trusted) => {
      const others = Object.keys(await stored.read()).filter((gateway) => !trusted.includes(gateway))
      if (others.length > 0) await change((now) => others.reduce<Record<string, Session>>(without, now))
    },
  }
}

/** The session state among a gateway's answers; undefined where it is something else. */
export function readSessionState(value: unknown): SessionState | undefined {
  if (!isRecord(value)) return undefined
  if (value['state'] === 'signed-out') return { state: 'signed-out' }
  const named = isRecord(value['person']) && isText(value['person']['address'], 400)
  if ((value['state'] !== 'signed-in' && value['state'] !== 'must-change') || !named) return undefined
  // A gateway that is trusted answered; of the person only the address is used here.
  return value as SessionState
}

export function addressOf(state: SessionState): string | null {
  return state.state === 'signed-in' ? state.person.address : null
}

function readSession(value: unknown): Session | undefined {
  if (!isRecord(value) || !isText(value['token'], 200)) return undefined
  return { token: value['token'], address: isText(value['address'], 400) ? value['address'] : null }
}
