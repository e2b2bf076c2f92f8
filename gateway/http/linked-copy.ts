import { shortHash } from '../../shared/link/index.ts'
import type { FoundCopy } from '../messages/index.ts'
import type { Account } from '../people/index.ts'
import type { RouteParts } from './parts.ts'

/** What a link's token leads to. */
export type Linked =
  | { readonly state: 'invalid' | 'expired' }
  | { readonly state: 'genuine'; readonly copy: FoundCopy; readonly account: Account }

/** Judges a token and finds the copy that it names; a copy that is another's by now is none. Changes nothing. */
export async function linkedCopy(
  { links, messages, people }: Pick<RouteParts, 'links' | 'messages' | 'people'>,
  token: string,
): Promise<Linked> {
  const check = await links.check(token)
  if (check.state !== 'genuine') return { state: check.state }
  const { payload } = check
  const copy = await messages.findCopy(payload.handle)
  const account = copy && (await people.account(copy.accountId))
  if (!copy || !account) return { state: 'invalid' }
  const same =
    payload.accountHash === (await shortHash(copy.accountId, 8)) &&
    payload.recipientHash === (await shortHash(copy.address, 16))
  return same ? { state: 'genuine', copy, account } : { state: 'invalid' }
}
