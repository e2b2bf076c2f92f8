import { Registry } from 'prom-client'
import { type Person, parseAddress, replaceByTemporary } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Row, Trx } from '../store/index.ts'
import { SignInFailed, findAttempts, record } from './attempts.ts'
import { createBackground } from './background.ts'
import { type Changing, createChanging, ownerOf } from './change.ts'
import { clean } from './clean.ts'
import type { Context, SigninParts, Visitor } from './context.ts'
import { createGuards } from './guards.ts'
import { createJudge } from './judge.ts'
import { mail } from './mail.ts'
import { counted } from './metrics.ts'
import { createPasswords } from './password.ts'
import { type Requirement, checkRequirements } from './requirements.ts'
import { type Resetting, createResetting } from './reset.ts'
import { type Sessions, createSessions, endSessions } from './sessions.ts'
import { type SigningIn, createSigningIn } from './sign-in.ts'
import { temporaryPassword } from './temporary.ts'

export type Method = 'cloud' | 'domain'

export interface Signin extends SigningIn, Sessions, Changing, Resetting, AsyncDisposable {
  /** Ways to sign in, by the domain of the address alone. Empty for who belongs to no account. */
  methods(address: string): Promise<Method[]>
  /** The requirements and whether a password meets them, to be ticked while it is typed. */
  checkPassword(newPassword: string, address?: string): Promise<Requirement[]>
  /** Writes down that somebody has trouble signing in. @returns what support asks for. */
  loginIssues(
    report: { address: string; url: string } & Visitor,
  ): Promise<{ supportCode: string; at: number }>
  /** Attempts and reports of a support code, newest first. */
  findAttempt(supportCode: string): Promise<Row<'sign_ins'>[]>
  /** For sign-in details: undefined where the password is no temporary one, or was used, or has expired. */
  temporaryPassword(personId: string): Promise<{ password: string; expiresAt: number } | undefined>
  /** Gives a person a new temporary password, ends their sessions, and mails the sign-in details. */
  resetPerson(personId: string): Promise<Person>
  /** Shuts a person out, ending their sessions at once, or lets them in again. */
  setDisabled(personId: string, disabled: boolean): Promise<Person>
  /** Removes what has ended; to be called every hour. @returns how many rows. */
  clean(): Promise<number>
  /** Resolves when what goes on after an answer is done. */
  idle(): Promise<void>
}

export function createSignin(parts: SigninParts): Signin {
  const { store, vault, people, now, log } = parts
  const context: Context = {
    ...parts,
    passwords: createPasswords(vault.mac('password-pepper', '')),
    judge: createJudge(),
    background: createBackground(log),
  }
  const guards = createGuards(vault)
  const sessions = createSessions(context)

  async function must(trx: Trx, personId: string): Promise<Person> {
    const person = await trx.selectFrom('people').selectAll().where('id', '=', personId).executeTakeFirst()
    if (!person) throw new Problem('person-unknown', 404, 'There is no such person.')
    return person
  }

  return {
    ...counted(parts.register ?? new Registry(), createSigningIn(context, guards)),
    ...sessions,
    ...createChanging(context, guards, (token) => sessions.session(token)),
    ...createResetting(context, guards),

    async methods(address) {
      const domain = parseAddress(address.trim())?.domain
      return domain !== undefined && (await people.accountOfDomain(domain)) ? ['cloud'] : []
    },

    checkPassword: async (newPassword, address) =>
      checkRequirements(context.judge, newPassword, await ownerOf(context, address), false),

    async loginIssues({ address: typed, url, ip, agent }) {
      const at = now()
      const address = parseAddress(typed.trim())?.address ?? ''
      return store.write(async (trx) => {
        const wait = await guards.question(trx, at, ip)
        if (wait > 0) throw new SignInFailed('too-many-attempts', { wait })
        const person = await trx
          .selectFrom('people')
          .select(['id', 'account_id'])
          .where('address', '=', address)
          .executeTakeFirst()
        const visitor = { ip, agent }
        const attempt = {
          at,
          address,
          person,
          outcome: 'question',
          cause: 'login-issues',
          visitor,
          url,
        } as const
        return { supportCode: await record(trx, attempt), at }
      })
    },

    findAttempt: (code) => findAttempts(store, code),

    async temporaryPassword(personId) {
      const row = await store.db
        .selectFrom('passwords')
        .select(['seed', 'expires_at'])
        .where('person_id', '=', personId)
        .where('kind', '=', 'temporary')
        .where('used_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (!row?.seed || row.expires_at === null) return undefined
      return { password: temporaryPassword(vault, row.seed), expiresAt: row.expires_at }
    },

    resetPerson: (personId) =>
      store.write(async (trx) => {
        const person = await must(trx, personId)
        await replaceByTemporary(trx, personId, now())
        await endSessions(trx, personId)
        await trx.deleteFrom('resets').where('person_id', '=', personId).execute()
        if (!(await mail(context, trx, person, { type: 'sign-in-details', personId }))) {
          throw new Problem(
            'account-missing',
            409,
            'There is no account that could send the sign-in details.',
          )
        }
        return person
      }),

    setDisabled: (personId, disabled) =>
      store.write(async (trx) => {
        const person = await must(trx, personId)
        const disabled_at = disabled ? (person.disabled_at ?? now()) : null
        await trx.updateTable('people').set({ disabled_at }).where('id', '=', personId).execute()
        if (disabled) {
          await endSessions(trx, personId)
          await trx.deleteFrom('resets').where('person_id', '=', personId).execute()
        }
        return { ...person, disabled_at }
      }),

    clean: () => clean(store, now()),
    idle: () => context.background.idle(),

    async [Symbol.asyncDispose]() {
      await context.judge[Symbol.asyncDispose]()
      await context.background.idle()
    },
  }
}
