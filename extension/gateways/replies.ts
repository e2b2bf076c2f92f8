import type { Verdict } from '../protocol.ts'
import { replyAddressIn } from '../links/index.ts'
import { decodeToken } from '../../shared/link/index.ts'
import { hostOf } from './address.ts'
import { isRecord, isText, readRecord } from './records.ts'
import { createStored } from './stored.ts'
import type { Surroundings } from './surroundings.ts'
import type { Trust } from './trust.ts'

/**
 * Which message a reply begun in the webmail answers (C6). Reply addresses of notifications hold the handle of the
 * copy; genuine links that were seen say which gateway it is at.
 */
export interface Replies {
  /** @returns whether one of them was not known yet. */
  remember(verdicts: readonly Verdict[]): Promise<boolean>
  /** Where the answer to an address is written; undefined where it is no address of a notification of a trusted gateway. */
  find(address: string): Promise<ReplyPlace | undefined>
}

export interface ReplyPlace {
  readonly gateway: string
  readonly host: string
  readonly path: string
}

interface Seen {
  readonly gateway: string
  readonly token: string
  /** ms since 1970. */
  readonly at: number
}

const most = 500

export function createReplies(
  trust: Pick<Trust, 'list'>,
  { browser, now }: Pick<Surroundings, 'browser' | 'now'>,
): Replies {
  const seen = createStored(browser.storage.session, 'handles', (value) => readRecord(value, readSeen))
  return {
    async remember(verdicts) {
      const known = await seen.read()
      const found = verdicts.flatMap((verdict) => {
        const handle = verdict.state === 'genuine' && decodeToken(verdict.token)?.payload.handle
        return handle && known[handle]?.token !== verdict.token
          ? [[handle, { gateway: verdict.gateway, token: verdict.token, at: now() }] as const]
          : []
      })
      if (found.length === 0) return false
      await seen.change((all) => {
        const newest = Object.entries({ ...all, ...Object.fromEntries(found) })
        return Object.fromEntries(newest.toSorted(([, a], [, b]) => b.at - a.at).slice(0, most))
      })
      return true
    },
    async find(address) {
      const handle = replyAddressIn(address)?.handle
      if (handle === undefined) return undefined
      const trusted = await trust.list()
      const one = (await seen.read())[handle]
      if (one && trusted.some(({ gateway }) => gateway === one.gateway)) {
        return { gateway: one.gateway, host: hostOf(one.gateway), path: `/m/${one.token}` }
      }
      // Nothing seen (the browser was started since): where there is one gateway alone it can only be there.
      const [only, another] = trusted
      if (!only || another) return undefined
      return { gateway: only.gateway, host: hostOf(only.gateway), path: `/portal/inbox/${handle}` }
    },
  }
}

function readSeen(value: unknown): Seen | undefined {
  if (!isRecord(value)) return undefined
  const { gateway, token, at } = value
  return isText(gateway, 300) && isText(token, 1000) && typeof at === 'number'
    ? { gateway, token, at }
    : undefined
}
