import { randomBytes } from 'node:crypto'
import { type Person, ensureTemporary, parseAddress, replaceByTemporary } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Trx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Cause, SignInFailed, record } from './attempts.ts'
import { ownerOf, setPassword } from './change.ts'
import type { Context, Visitor } from './context.ts'
import type { Guards } from './guards.ts'
import { mail } from './mail.ts'
import { requireAll } from './requirements.ts'
import { endSessions, hashOf } from './sessions.ts'

/** How long a mailed link can be used, ms: 60 minutes. */
export const resetLife = 60 * 60 * 1000

export interface Resetting {
  /**
   * Somebody forgot the password of this address. Answers the same, after the same work, whoever it is: what is
   * to be mailed is found out after the answer. Who has chosen a password is mailed a link; who never has, the
   * sign-in details again. Throws SignInFailed `too-many-attempts` by the network that asks, never by address:
   * a mailbox that was sent enough is sent no more, silently.
   */
  forgot(address: string, visitor: Visitor): Promise<void>
  /** Whether a mailed token can be used, and whose it is. Changes nothing. */
  checkReset(token: string): Promise<{ valid: boolean; address?: string }>
  /**
   * Sets a new password by a mailed token, once. Ends all sessions, mails a security alert, signs nobody in.
   * Throws Problem `reset-invalid` (410); PasswordRefused (422), after which the token can still be used.
   */
  reset(token: string, newPassword: string, visitor: Visitor): Promise<void>
  /** The token of a notice's seed, undefined where it was used, voided, or has ended. */
  resetToken(seed: string): Promise<string | undefined>
}

export function createResetting(context: Context, guards: Guards): Resetting {
  const { store, vault, passwords, judge, background, now } = context

  /** The person of a token that can be used. */
  async function personOf(token: string): Promise<Person | undefined> {
    return store.db
      .selectFrom('resets')
      .innerJoin('people', 'people.id', 'resets.person_id')
      .selectAll('people')
      .where('token_hash', '=', hashOf(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now())
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
  }

  async function answer(trx: Trx, address: string): Promise<{ cause: Cause; person?: Person | undefined }> {
    const at = now()
    if ((await guards.mail(trx, at, address)) > 0) return { cause: 'forgotten-too-often' }
    const person = await trx
      .selectFrom('people')
      .selectAll()
      .where('address', '=', address)
      .executeTakeFirst()
    if (!person) return { cause: 'forgotten-unknown-address' }
    if (person.disabled_at !== null) return { cause: 'forgotten-disabled', person }
    const password = await trx
      .selectFrom('passwords')
      .select(['kind', 'used_at'])
      .where('person_id', '=', person.id)
      .executeTakeFirst()
    if (password?.kind === 'chosen') {
      const seed = await newReset(vault, trx, person.id, at)
      const sent = await mail(context, trx, person, { type: 'password-reset', personId: person.id, seed })
      return { cause: sent ? 'forgotten-reset-sent' : 'forgotten-no-account', person }
    }
    if (password && password.used_at !== null) {
      await replaceByTemporary(trx, person.id, at)
      await endSessions(trx, person.id)
    } else {
      // One that was never used is sent once more; an expired one, or none, is replaced.
      await ensureTemporary(trx, person.id, at)
    }
    const sent = await mail(context, trx, person, { type: 'sign-in-details', personId: person.id })
    return { cause: sent ? 'forgotten-details-sent' : 'forgotten-no-account', person }
  }

  return {
    async forgot(typed, visitor) {
      const wait = await store.write((trx) => guards.question(trx, now(), visitor.ip))
      if (wait > 0) throw new SignInFailed('too-many-attempts', { wait })
      const address = parseAddress(typed.trim())?.address
      background.run('answering a forgotten password', () =>
        store.write(async (trx) => {
          const { cause, person } =
            address === undefined
              ? { cause: 'forgotten-malformed-address' as const, person: undefined }
              : await answer(trx, address)
          const outcome = 'question'
          await record(trx, { at: now(), address: address ?? '', person, outcome, cause, visitor })
        }),
      )
    },

    async checkReset(token) {
      const person = await personOf(token)
      return person ? { valid: true, address: person.address } : { valid: false }
    },

    async reset(token, newPassword, visitor) {
      const person = await personOf(token)
      if (!person) throw resetInvalid()
      await requireAll(judge, newPassword, await ownerOf(context, person.address))
      const hash = await passwords.hash(newPassword)
      await store.write(async (trx) => {
        const at = now()
        const { numUpdatedRows } = await trx
          .updateTable('resets')
          .set({ used_at: at })
          .where('token_hash', '=', hashOf(token))
          .where('used_at', 'is', null)
          .where('expires_at', '>', at)
          .executeTakeFirst()
        if (numUpdatedRows !== 1n) throw resetInvalid()
        await guards.proved(trx, at, person.address, visitor.ip)
        await setPassword(context, trx, { person, hash, what: 'password-reset', visitor })
      })
    },

    async resetToken(seed) {
      const token = tokenOf(vault, seed)
      return (await personOf(token)) ? token : undefined
    },
  }
}

/** Makes the one reset of a person that can be used; earlier ones are void. @returns the seed of its token. */
async function newReset(vault: Vault, trx: Trx, personId: string, at: number): Promise<string> {
  const seed = randomBytes(32).toString('base64url')
  await trx.deleteFrom('resets').where('person_id', '=', personId).execute()
  await trx
    .insertInto('resets')
    .values({
      token_hash: hashOf(tokenOf(vault, seed)),
      person_id: personId,
      created_at: at,
      expires_at: at + resetLife,
      used_at: null,
    })
    .execute()
  return seed
}

function tokenOf(vault: Vault, seed: string): string {
  return vault.mac('reset-token', seed).toString('base64url')
}

function resetInvalid(): Problem {
  return new Problem(
    'reset-invalid',
    410,
    'This link was used already or has expired. Choose “I have forgotten my password” to get a new one.',
  )
}
