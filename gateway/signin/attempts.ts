import { randomInt } from 'node:crypto'
import { Problem } from '../problem.ts'
import { type Row, type Store, type Trx, newId } from '../store/index.ts'
import type { Visitor } from './context.ts'

/** What became of an attempt, exactly: for the administrator alone. */
export type Cause =
  | 'password'
  | 'temporary-password'
  | 'smtp'
  | 'password-changed'
  | 'password-reset'
  | 'malformed-address'
  | 'unknown-address'
  | 'wrong-password'
  | 'wrong-current-password'
  | 'no-password'
  | 'temporary-password-expired'
  | 'temporary-password-used'
  | 'method-not-enabled'
  | 'not-a-user'
  | 'changed-meanwhile'
  | 'disabled'
  | 'too-many-attempts'
  | 'login-issues'
  | 'forgotten-reset-sent'
  | 'forgotten-details-sent'
  | 'forgotten-unknown-address'
  | 'forgotten-malformed-address'
  | 'forgotten-disabled'
  | 'forgotten-too-often'
  | 'forgotten-no-account'

export interface Attempt {
  readonly at: number
  /** Normalised, or '' where what was typed is no address: people type passwords into the wrong field. */
  readonly address: string
  readonly person?: { readonly id: string; readonly account_id: string | null } | undefined
  readonly outcome: Row<'sign_ins'>['outcome']
  readonly cause: Cause
  readonly visitor: Visitor
  /** Where in the portal; cut down to what is no secret. */
  readonly url?: string | undefined
}

/** Writes an attempt down. @returns its support code. */
export async function record(trx: Trx, attempt: Attempt): Promise<string> {
  const code = supportCode()
  await trx
    .insertInto('sign_ins')
    .values({
      id: newId(),
      at: attempt.at,
      support_code: code,
      address: attempt.address,
      person_id: attempt.person?.id ?? null,
      account_id: attempt.person?.account_id ?? null,
      outcome: attempt.outcome,
      cause: attempt.cause,
      ip: oneLine(attempt.visitor.ip, 64),
      agent: oneLine(attempt.visitor.agent, 300),
      url: withoutSecrets(attempt.url ?? ''),
    })
    .execute()
  return code
}

/** Attempts of a support code as a person reads it out, newest first. */
export async function findAttempts(store: Store, code: string): Promise<Row<'sign_ins'>[]> {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return store.db
    .selectFrom('sign_ins')
    .selectAll()
    .where('support_code', '=', `${letters.slice(0, 4)}-${letters.slice(4)}`)
    .orderBy('id', 'desc')
    .execute()
}

/** Eight letters and digits that can't be taken for each other, `K7QF-2M9D`: easily read out on the telephone. */
export function supportCode(): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
  const letters = Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** Text of a stranger for a log: one line, at most `length` characters. */
export function oneLine(text: string, length: number): string {
  return text
    .slice(0, 4 * length)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, length)
}

/** A URL without query, fragment, user, and without the tokens in its path. '' for what is no web address. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return ''
  const { protocol, host, pathname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return ''
  const path = pathname
    .split('/')
    .map((part) => (part.length > 32 ? `${part.slice(0, 12)}…` : part))
    .join('/')
  return oneLine(`${protocol}//${host}${path}`, 500)
}

/**
 * Signing in failed, or was not tried for there were too many attempts. What the person hears is the same for
 * an unknown, a disabled, and a wrong one; the support code finds the exact cause.
 */
export class SignInFailed extends Problem {
  readonly supportCode: string | undefined
  /** Seconds to wait, only after too many attempts. */
  readonly retryAfter: number | undefined

  constructor(
    code: 'sign-in-failed' | 'too-many-attempts',
    { supportCode, wait }: { supportCode?: string | undefined; wait?: number | undefined },
  ) {
    super(
      code,
      code === 'sign-in-failed' ? 401 : 429,
      code === 'sign-in-failed'
        ? 'This email address and password do not belong together. Check both, or choose “I have forgotten my password”.'
        : `There were too many attempts. Wait for ${duration(wait ?? 0)} and try again.`,
    )
    this.name = 'SignInFailed'
    this.supportCode = supportCode
    this.retryAfter = wait === undefined ? undefined : Math.ceil(wait / 1000)
  }
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 90) return `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}
