import { type Person, parseAddress, replaceByTemporary } from '../people/index.ts'
import type { Row, Trx } from '../store/index.ts'
import { type Cause, SignInFailed, record } from './attempts.ts'
import type { Context, Visitor } from './context.ts'
import { type Check, checkCredentials, isUnchanged } from './credentials.ts'
import { createLanes } from './gate.ts'
import type { Guards } from './guards.ts'
import { mail } from './mail.ts'
import { networkOf } from './network.ts'
import { type Session, hashOf, isChanging, startSession } from './sessions.ts'

export interface SignInRequest extends Visitor {
  readonly address: string
  readonly password: string
  readonly method?: 'cloud' | 'domain' | undefined
  /** Where in the portal. */
  readonly url?: string | undefined
}

export interface SigningIn {
  /**
   * Signs a person in. Throws SignInFailed: `sign-in-failed`, one and the same whatever was wrong, or
   * `too-many-attempts`.
   *
   * A temporary password is used up by signing in with it: the session it opens may only change it. Whoever
   * loses that session (a browser that crashed) is not stranded: as soon as the session has ended, trying the
   * used password again sends new sign-in details, and **I have forgotten my password** sends them at any time.
   * A double click sends nothing, for then the session lives; of parallel submits exactly one succeeds.
   */
  signIn(request: SignInRequest): Promise<{ token: string; session: Session }>
  /**
   * Whether a user's own password is right, for SMTP AUTH: recipients and temporary passwords are refused, with
   * undefined. Counts like a sign-in and throws SignInFailed `too-many-attempts`.
   */
  authenticate(address: string, password: string, ip: string): Promise<Person | undefined>
}

export function createSigningIn(context: Context, guards: Guards): SigningIn {
  const { store, now } = context
  const inLane = createLanes(64)

  /** Counts the attempt, runs it in the lane of its person and network. Throws SignInFailed. */
  async function counted<T>(
    typed: string,
    visitor: Visitor,
    url: string,
    attempt: (address: string | undefined, key: string) => Promise<T>,
  ): Promise<T> {
    const address = parseAddress(typed.trim())?.address
    const key = address ?? `malformed|${typed.slice(0, 320)}`
    return inLane(`${networkOf(visitor.ip)}|${key}`, async () => {
      const refused = await store.write(async (trx) => {
        const at = now()
        const wait = await guards.attempt(trx, at, key, visitor.ip)
        if (wait === 0) return undefined
        const silent = (await guards.refused(trx, at, visitor.ip)) > 0
        const person = await personOf(trx, address)
        const supportCode = silent
          ? undefined
          : await record(trx, {
              at,
              address: address ?? '',
              person,
              outcome: 'failure',
              cause: 'too-many-attempts',
              visitor,
              url,
            })
        return new SignInFailed('too-many-attempts', { supportCode, wait })
      })
      if (refused) throw refused
      return attempt(address, key)
    })
  }

  async function failed(
    check: Check & { fits: false },
    address: string | undefined,
    visitor: Visitor,
    url: string,
  ) {
    return store.write(async (trx) => {
      const at = now()
      if ('renew' in check) await renew(trx, at, check.person, check.renew)
      return record(trx, {
        at,
        address: address ?? '',
        person: check.person,
        outcome: 'failure',
        cause: check.cause,
        visitor,
        url,
      })
    })
  }

  /** Sends new sign-in details to who still has the old ones, but not while the session they opened lives. */
  async function renew(trx: Trx, at: number, person: Person, old: Row<'passwords'>) {
    if (!(await isUnchanged(trx, old)) || (await isChanging(trx, person.id, at))) return
    if ((await guards.mail(trx, at, person.address)) > 0) return
    await replaceByTemporary(trx, person.id, at)
    await mail(context, trx, person, { type: 'sign-in-details', personId: person.id })
  }

  return {
    signIn: ({ address: typed, password, method, ip, agent, url = '' }) =>
      counted(typed, { ip, agent }, url, async (address, key) => {
        const checked = await checkCredentials(context, address, password)
        const check: Check =
          checked.fits && method === 'domain'
            ? { fits: false, person: checked.person, cause: 'method-not-enabled' }
            : checked
        if (!check.fits) {
          const supportCode = await failed(check, address, { ip, agent }, url)
          throw new SignInFailed('sign-in-failed', { supportCode })
        }
        const { person } = check
        const temporary = check.password.kind === 'temporary'
        const token = await store.write(async (trx) => {
          if (!(await isUnchanged(trx, check.password))) return undefined
          const at = now()
          if (temporary) {
            await trx
              .updateTable('passwords')
              .set({ used_at: at })
              .where('person_id', '=', person.id)
              .execute()
          }
          await guards.succeeded(trx, at, key, ip)
          const cause = temporary ? 'temporary-password' : 'password'
          await record(trx, {
            at,
            address: person.address,
            person,
            outcome: 'success',
            cause,
            visitor: { ip, agent },
            url,
          })
          return startSession(trx, at, person.id, temporary ? 'must-change' : 'full', { ip, agent })
        })
        if (token === undefined) {
          // Somebody was faster: used it, changed it, or disabled the person.
          const cause: Cause = temporary ? 'temporary-password-used' : 'changed-meanwhile'
          const supportCode = await failed({ fits: false, person, cause }, address, { ip, agent }, url)
          throw new SignInFailed('sign-in-failed', { supportCode })
        }
        const state = temporary ? 'must-change' : 'full'
        return { token, session: { state, person, tokenHash: hashOf(token) } }
      }),

    authenticate: (typed, password, ip) =>
      counted(typed, { ip, agent: 'SMTP' }, '', async (address, key) => {
        const checked = await checkCredentials(context, address, password)
        const check: Check =
          checked.fits && (checked.password.kind !== 'chosen' || checked.person.account_id === null)
            ? { fits: false, person: checked.person, cause: 'not-a-user' }
            : checked
        if (!check.fits) {
          await failed(check, address, { ip, agent: 'SMTP' }, '')
          return undefined
        }
        const { person } = check
        await store.write(async (trx) => {
          const at = now()
          await guards.succeeded(trx, at, key, ip)
          if (!(await guards.firstThisHour(trx, at, key, ip))) return
          const visitor = { ip, agent: 'SMTP' }
          await record(trx, { at, address: key, person, outcome: 'success', cause: 'smtp', visitor })
        })
        return person
      }),
  }
}

async function personOf(trx: Trx, address: string | undefined) {
  return trx
    .selectFrom('people')
    .select(['id', 'account_id'])
    .where('address', '=', address ?? '')
    .executeTakeFirst()
}
