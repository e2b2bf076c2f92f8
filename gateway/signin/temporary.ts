import { createHash, timingSafeEqual } from 'node:crypto'
import type { Vault } from '../vault/index.ts'

/** Letters and digits that can't be taken for each other (no 0 o 1 l i), without vowels, so no word appears. */
const alphabet = 'bcdfghjkmnpqrstvwxyz23456789'
const groups = 4
const groupSize = 5

/**
 * The temporary password of a seed: four groups of five characters, 96 random bits. Derived by the vault, so
 * the database alone does not hold it, and the notice can be written when it is sent.
 */
export function temporaryPassword(vault: Vault, seed: string): string {
  const characters: string[] = []
  // Bytes from 252 up are passed over: 252 is a multiple of 28, so every character is equally likely.
  for (let block = 0; characters.length < groups * groupSize; block++) {
    for (const byte of vault.mac('temporary-password', `${seed}|${block}`)) {
      if (byte < 252 && characters.length < groups * groupSize) {
        characters.push(alphabet.charAt(byte % alphabet.length))
      }
    }
  }
  return Array.from({ length: groups }, (_, at) =>
    characters.slice(at * groupSize, (at + 1) * groupSize).join(''),
  ).join('-')
}

/**
 * True where what was typed or pasted is the temporary password of the seed: spaces of every kind, hyphens and
 * dashes, and capitals do not matter. Takes the same time whatever is wrong.
 */
export function isTemporaryPassword(vault: Vault, seed: string, typed: string): boolean {
  return timingSafeEqual(digest(plain(typed)), digest(plain(temporaryPassword(vault, seed))))
}

function plain(text: string): string {
  // \p{Z} spaces, \p{C} zero-width and control characters, \p{Pd} every dash a mail program may make of a hyphen.
  return text.replace(/[\s\p{Z}\p{C}\p{Pd}]/gu, '').toLowerCase()
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
