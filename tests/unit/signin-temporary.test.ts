import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTemporaryPassword, temporaryPassword } from '../../gateway/signin/temporary.ts'
import { createVault } from '../../gateway/vault/index.ts'

const vault = createVault(Buffer.alloc(32, 3))

test('a temporary password can be read out: four groups of five, nothing that looks like something else', () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 2000; seed++) {
    const password = temporaryPassword(vault, `seed ${seed}`)
    expect(password).toMatch(/^[bcdfghjkmnpqrstvwxyz2-9]{5}(-[bcdfghjkmnpqrstvwxyz2-9]{5}){3}$/)
    seen.add(password)
  }
  expect(seen.size).toBe(2000)
})

test('every character is about equally likely', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 3000; seed++) {
    for (const character of temporaryPassword(vault, `${seed}`).replaceAll('-', '')) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
  }
  expect(counts.size).toBe(28)
  // 60,000 characters, 2,143 of each expected, standard deviation 45.
  for (const count of counts.values()) expect(Math.abs(count - 60_000 / 28)).toBeLessThan(6 * 45)
})

test('it is the same for a seed and this gateway, and another elsewhere', () => {
  expect(temporaryPassword(vault, 's')).toBe(temporaryPassword(vault, 's'))
  expect(temporaryPassword(vault, 's')).not.toBe(temporaryPassword(vault, 't'))
  expect(temporaryPassword(vault, 's')).not.toBe(temporaryPassword(createVault(Buffer.alloc(32, 4)), 's'))
})

test('spaces of every kind, dashes and capitals do not matter, anything else does', () => {
  const password = temporaryPassword(vault, 's')
  const blank = fc.constantFrom(' ', '\t', '\n', '\u00a0', '\u2009', '\u200b', '\ufeff', '-', '–', '\u2011')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(password.length), blank), { maxLength: 10 }), (changes) => {
      let typed = password.toUpperCase()
      for (const [at, what] of changes) typed = typed.slice(0, at) + what + typed.slice(at)
      return isTemporaryPassword(vault, 's', typed)
    }),
  )
  expect(isTemporaryPassword(vault, 's', password.slice(1))).toBe(false)
  expect(isTemporaryPassword(vault, 's', `${password}x`)).toBe(false)
  expect(isTemporaryPassword(vault, 's', '')).toBe(false)
})
