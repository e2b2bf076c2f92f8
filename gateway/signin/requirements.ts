import { parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Judge } from './judge.ts'

/** Code points a password has at least. */
export const fewestCharacters = 12
/** Bytes (UTF-8) it has at most: refused above, never cut. */
export const mostBytes = 1024
/** Guesses it must stand, as a power of ten: zxcvbn's score 3, "safe from guessing over the network". */
const fewestGuesses = 8

export type RequirementId = 'length' | 'bytes' | 'common' | 'personal'
export interface Requirement {
  readonly id: RequirementId
  readonly met: boolean
}

/** The new password does not meet the requirements; which ones is told. */
export class PasswordRefused extends Problem {
  readonly unmet: readonly RequirementId[]

  constructor(unmet: readonly RequirementId[]) {
    super(
      'password-refused',
      422,
      'The new password does not meet all requirements. Choose one that meets each of them.',
    )
    this.name = 'PasswordRefused'
    this.unmet = unmet
  }
}

/** Whose password it is to be. */
export interface Owner {
  readonly address?: string | undefined
  /** Name of the person's organisation. */
  readonly organisation?: string | undefined
}

/**
 * The requirements and whether a password meets them: at least 12 characters, at most 1,024 bytes, not common or
 * easily guessed, not the address, organisation or product. Composition is not asked for (ASVS 6.2.5).
 *
 * @param urgent see Judge.
 */
export async function checkRequirements(
  judge: Judge,
  password: string,
  owner: Owner,
  urgent: boolean,
): Promise<Requirement[]> {
  const parsed = owner.address === undefined ? undefined : parseAddress(owner.address.trim())
  const forbidden = [
    'postern',
    ...(parsed ? [parsed.local, parsed.domain, ...labels(parsed.domain)] : []),
    ...(owner.organisation === undefined ? [] : [owner.organisation.toLowerCase()]),
  ].filter((word) => codePoints(plain(word)) >= 4)
  const clear = plain(password)
  const length = codePoints(password) >= fewestCharacters
  // Lone surrogates have no UTF-8: two such passwords would be the same bytes.
  const bytes = Buffer.byteLength(password, 'utf8') <= mostBytes && password.isWellFormed()
  const hints = [...forbidden, ...forbidden.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u))]
  return [
    { id: 'length', met: length },
    { id: 'bytes', met: password !== '' && bytes },
    // What is too short is guessable; the judge need not be asked at every letter.
    { id: 'common', met: length && (await judge.guesses(password, hints, urgent)) >= fewestGuesses },
    { id: 'personal', met: password !== '' && !forbidden.some((word) => clear.includes(plain(word))) },
  ]
}

/** Throws PasswordRefused where a requirement is not met. */
export async function requireAll(judge: Judge, password: string, owner: Owner): Promise<void> {
  const requirements = await checkRequirements(judge, password, owner, true)
  const unmet = requirements.filter((one) => !one.met).map((one) => one.id)
  if (unmet.length > 0) throw new PasswordRefused(unmet)
}

function codePoints(text: string): number {
  return Array.from(text).length
}

/** The labels of a domain but the last: `mail.example.org` gives `mail`, `example`. */
function labels(domain: string): string[] {
  return domain.split('.').slice(0, -1)
}

/** As compared: compatible forms and capitals are equal, only letters and digits count. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
