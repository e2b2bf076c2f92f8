import { record as recordEvent } from '../audit/index.ts'
import { type Person, parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Trx } from '../store/index.ts'
import { SignInFailed, oneLine, record } from './attempts.ts'
import type { Context, Visitor } from './context.ts'
import type { Guards } from './guards.ts'
import { mail } from './mail.ts'
import { type Owner, requireAll } from './requirements.ts'
import { type Session, endSessions, hashOf, startSession } from './sessions.ts'
import { isTemporaryPassword } from './temporary.ts'

export interface Changing {
  /**
   * Changes the password of a session's person, temporary or their own. All sessions end, this one too: its
   * token is dead, the new one is returned. A security alert is mailed. Throws Problem `signed-out` (401),
   * `current-password-wrong` (403), PasswordRefused or `password-same` (422), SignInFailed `too-many-attempts`.
   */
  changePassword(
    token: string,
    password: string,
    newPassword: string,
    visitor: Visitor,
  ): Promise<{ token: string; session: Session }>
}

export function createChanging(
  context: Context,
  guards: Guards,
  sessionOf: (token: string) => Promise<Session | undefined>,
): Changing {
  const { store, vault, passwords, judge, now } = context

  return {
    async changePassword(token, password, newPassword, visitor) {
      const session = await sessionOf(token)
      if (!session) throw signedOut()
      const { person } = session
      // Keyed by the person's id: who took over a session must not guess the password freely, and what they
      // guess must not count against the person's own signing in.
      const wait = await store.write((trx) => guards.attempt(trx, now(), person.id, visitor.ip))
      if (wait > 0) throw new SignInFailed('too-many-attempts', { wait })

      const current = await store.db
        .selectFrom('passwords')
        .selectAll()
        .where('person_id', '=', person.id)
        .executeTakeFirst()
      const right =
        current?.kind === 'temporary'
          ? current.seed !== null && isTemporaryPassword(vault, current.seed, password)
          : await passwords.verify(password, current?.hash ?? undefined)
      if (!current || !right) {
        await store.write((trx) =>
          record(trx, {
            at: now(),
            address: person.address,
            person,
            outcome: 'failure',
            cause: 'wrong-current-password',
            visitor,
          }),
        )
        throw new Problem('current-password-wrong', 403, 'The current password is not right. Type it again.')
      }

      // What was guessed at is right; a new password that is refused is no failure.
      await store.write((trx) => guards.succeeded(trx, now(), person.id, visitor.ip))
      const same =
        current.seed === null
          ? newPassword === password
          : isTemporaryPassword(vault, current.seed, newPassword)
      if (same) throw new Problem('password-same', 422, 'Choose a password that is not the one you have now.')
      await requireAll(judge, newPassword, await ownerOf(context, person.address))
      const hash = await passwords.hash(newPassword)

      const newToken = await store.write(async (trx) => {
        const at = now()
        // Of several changes at once the first one finds the session and ends it.
        const ended = await trx
          .deleteFrom('sessions')
          .where('token_hash', '=', session.tokenHash)
          .executeTakeFirst()
        if (ended.numDeletedRows !== 1n) throw signedOut()
        await setPassword(context, trx, { person, hash, what: 'password-changed', visitor })
        return startSession(trx, at, person.id, 'full', visitor)
      })
      return { token: newToken, session: { state: 'full', person, tokenHash: hashOf(newToken) } }
    },
  }
}

/** Sets a person's own password, ends their sessions, voids mailed links, and tells the person by mail. */
export async function setPassword(
  context: Context,
  trx: Trx,
  {
    person,
    hash,
    what,
    visitor,
  }: { person: Person; hash: string; what: 'password-changed' | 'password-reset'; visitor: Visitor },
): Promise<void> {
  const at = context.now()
  const chosen = {
    kind: 'chosen' as const,
    hash,
    seed: null,
    created_at: at,
    expires_at: null,
    used_at: null,
  }
  await trx
    .insertInto('passwords')
    .values({ person_id: person.id, ...chosen })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(chosen))
    .execute()
  await endSessions(trx, person.id)
  await trx.deleteFrom('resets').where('person_id', '=', person.id).execute()
  await record(trx, { at, address: person.address, person, outcome: 'success', cause: what, visitor })
  if (person.account_id !== null) {
    await recordEvent(trx, at, { type: what, accountId: person.account_id, personId: person.id })
  }
  const agent = oneLine(visitor.agent, 300)
  await mail(context, trx, person, { type: 'security-alert', personId: person.id, what, at, agent })
}

/** What a password of this address must not be made of. */
export async function ownerOf({ people }: Context, address: string | undefined): Promise<Owner> {
  const domain = address === undefined ? undefined : parseAddress(address.trim())?.domain
  const account = domain === undefined ? undefined : await people.accountOfDomain(domain)
  return { address, organisation: account?.name }
}

function signedOut(): Problem {
  return new Problem('signed-out', 401, 'You are signed out. Sign in again.')
}
