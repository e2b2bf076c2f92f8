import { expect, test } from 'vitest'
import { createPasswords } from '../../gateway/signin/password.ts'

const passwords = createPasswords(Buffer.alloc(32, 1))

test('a password is recognised, any other is not, and the hash names argon2id with its parameters', async () => {
  const phc = await passwords.hash('correct horse')
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await passwords.verify('correct horse', phc)).toBe(true)
  expect(await passwords.verify('correct horsE', phc)).toBe(false)
  expect(await passwords.verify('', phc)).toBe(false)
  expect(await passwords.verify('correct horse', undefined)).toBe(false)
})

test('the same password has another hash each time', async () => {
  expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'))
})

test('passwords that differ at byte 73, at the last of 1,024 bytes, or after a NUL do not collide', async () => {
  for (const [one, two] of [
    ['x'.repeat(72) + 'a', 'x'.repeat(72) + 'b'],
    ['x'.repeat(1023) + 'a', 'x'.repeat(1023) + 'b'],
    ['secret\0a', 'secret\0b'],
  ] as const) {
    const phc = await passwords.hash(one)
    expect(await passwords.verify(one, phc)).toBe(true)
    expect(await passwords.verify(two, phc)).toBe(false)
  }
})

test('a password is taken exactly as received: no normalising, no trimming', async () => {
  const phc = await passwords.hash('Grüße 🔑 \u212b')
  expect(await passwords.verify('Grüße 🔑 \u212b', phc)).toBe(true)
  expect(await passwords.verify('Gru\u0308ße 🔑 \u212b', phc)).toBe(false)
  expect(await passwords.verify('Grüße 🔑 Å', phc)).toBe(false)
  expect(await passwords.verify(' Grüße 🔑 \u212b', phc)).toBe(false)
})

test('a stolen hash is worthless without the pepper', async () => {
  const phc = await passwords.hash('correct horse')
  expect(await createPasswords(Buffer.alloc(32, 2)).verify('correct horse', phc)).toBe(false)
})

test('a hash made with other parameters is still recognised', async () => {
  // RFC 9106 has no vector with p=1 and no associated data; this one was made with weaker parameters.
  const { argon2Sync } = await import('node:crypto')
  const nonce = Buffer.alloc(16, 9)
  const tag = argon2Sync('argon2id', {
    message: 'old',
    nonce,
    secret: Buffer.alloc(32, 1),
    memory: 64,
    passes: 3,
    parallelism: 2,
    tagLength: 16,
  })
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  const phc = `$argon2id$v=19$m=64,t=3,p=2$${text(nonce)}$${text(tag)}`
  expect(await passwords.verify('old', phc)).toBe(true)
  expect(await passwords.verify('new', phc)).toBe(false)
  await expect(passwords.verify('old', '$2b$12$abc')).rejects.toThrow('not a PHC string')
})
