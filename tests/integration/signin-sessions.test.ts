import { expect, test } from 'vitest'
import { better, desk, elsewhere, good, here, hour, minute, rejection } from './signin-parts.ts'

const address = 'rita@clinic.test'

test('a session ends after 30 minutes without a request', async () => {
  await using gate = await desk()
  await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  for (let count = 0; count < 3; count++) {
    gate.clock.at += 29 * minute
    expect(await gate.signin.session(token)).toBeDefined()
    await gate.signin.idle()
  }
  gate.clock.at += 30 * minute
  expect(await gate.signin.session(token)).toBeUndefined()
})

test('a session ends after 12 hours however busy it is', async () => {
  await using gate = await desk()
  await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  const end = gate.clock.at + 12 * hour
  while (gate.clock.at + 20 * minute < end) {
    gate.clock.at += 20 * minute
    expect(await gate.signin.session(token)).toBeDefined()
    await gate.signin.idle()
  }
  gate.clock.at = end
  expect(await gate.signin.session(token)).toBeUndefined()
})

test('being seen is written at most once a minute', async () => {
  await using gate = await desk()
  await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  const seen = async () =>
    (await gate.store.db.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at
  const began = await seen()
  gate.clock.at += minute - 1
  await gate.signin.session(token)
  await gate.signin.idle()
  expect(await seen()).toBe(began)
  gate.clock.at += 1
  await Promise.all(Array.from({ length: 10 }, () => gate.signin.session(token)))
  await gate.signin.idle()
  expect(await seen()).toBe(gate.clock.at)
})

test('every sign-in has a token of its own that nobody brought along', async () => {
  await using gate = await desk()
  await gate.resident()
  const brought = 'A'.repeat(43)
  expect(await gate.signin.session(brought)).toBeUndefined()
  const tokens = []
  for (let count = 0; count < 3; count++) {
    tokens.push((await gate.signin.signIn({ address, password: good, ...here })).token)
  }
  expect(new Set(tokens).size).toBe(3)
  for (const token of tokens) {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(await gate.signin.session(token)).toBeDefined()
  }
  expect(await gate.signin.session(brought)).toBeUndefined()
  // The stored hash opens nothing.
  const [row] = await gate.store.db.selectFrom('sessions').selectAll().execute()
  expect(await gate.signin.session(row?.token_hash ?? '')).toBeUndefined()
})

test('signing out ends this session, or with everywhere all of the person and nobody else', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.resident('olga@clinic.test')
  const signIn = async (who = address) =>
    (await gate.signin.signIn({ address: who, password: good, ...here })).token
  const [one, two, three, other] = [
    await signIn(),
    await signIn(),
    await signIn(),
    await signIn('olga@clinic.test'),
  ]
  await gate.signin.signOut(one, false)
  expect(await gate.signin.session(one)).toBeUndefined()
  expect(await gate.signin.session(two)).toBeDefined()
  // A dead token has no power over the living ones.
  await gate.signin.signOut(one, true)
  expect(await gate.signin.session(two)).toBeDefined()
  await gate.signin.signOut(two, true)
  expect(await gate.signin.session(three)).toBeUndefined()
  expect(await gate.signin.session(other)).toBeDefined()
})

test('changing the password ends the other sessions and mails a security alert', async () => {
  await using gate = await desk()
  const person = await gate.resident()
  const mine = await gate.signin.signIn({ address, password: good, ...here })
  const other = await gate.signin.signIn({ address, password: good, ...elsewhere })
  const { token } = await gate.signin.changePassword(mine.token, good, better, here)
  expect(await gate.signin.session(other.token)).toBeUndefined()
  expect(await gate.signin.session(mine.token)).toBeUndefined()
  expect(await gate.signin.session(token)).toMatchObject({ state: 'full', person: { id: person.id } })
  expect((await gate.mails()).at(-1)?.notice).toMatchObject({
    type: 'security-alert',
    what: 'password-changed',
  })
  expect(await rejection(gate.signin.changePassword(mine.token, better, good, here))).toMatchObject({
    code: 'signed-out',
    status: 401,
  })
})

test('who took over a session can not guess the password without end, nor shut the owner out', async () => {
  await using gate = await desk()
  await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  const codes = []
  for (let count = 0; count < 7; count++) {
    const error = await rejection(gate.signin.changePassword(token, `guess ${count}`, better, elsewhere))
    codes.push((error as { code: string }).code)
  }
  expect(codes).toEqual([
    ...Array<string>(5).fill('current-password-wrong'),
    'too-many-attempts',
    'too-many-attempts',
  ])
  await gate.signin.signIn({ address, password: good, ...elsewhere })
})

test('a disabled person is out at once and stays out until enabled', async () => {
  await using gate = await desk()
  const person = await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  await gate.signin.setDisabled(person.id, true)
  expect(await gate.signin.session(token)).toBeUndefined()
  await rejection(gate.signin.signIn({ address, password: good, ...here }))
  await gate.signin.setDisabled(person.id, false)
  expect(await gate.signin.session(token)).toBeUndefined()
  await gate.signin.signIn({ address, password: good, ...here })
})

test('an administrator resets a person: sessions end, new details are mailed, nobody sees them', async () => {
  await using gate = await desk()
  const person = await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  await gate.signin.resetPerson(person.id)
  expect(await gate.signin.session(token)).toBeUndefined()
  expect((await gate.mails()).at(-1)).toMatchObject({ to: address, notice: { type: 'sign-in-details' } })
  await rejection(gate.signin.signIn({ address, password: good, ...here }))
  const details = await gate.signin.temporaryPassword(person.id)
  const { session } = await gate.signin.signIn({ address, password: details?.password ?? '', ...here })
  expect(session.state).toBe('must-change')
  expect(await rejection(gate.signin.resetPerson('nobody'))).toMatchObject({ code: 'person-unknown' })
})

test('cleaning up removes what has ended and nothing else', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  await gate.signin.idle()
  await rejection(gate.signin.signIn({ address, password: 'wrong', ...elsewhere }))
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  const left = await gate.signin.signIn({ address, password: good, ...elsewhere })
  gate.clock.at += 20 * minute
  expect(await gate.signin.session(token)).toBeDefined()
  await gate.signin.idle()
  gate.clock.at += 15 * minute
  expect(await gate.signin.clean()).toBe(1)
  expect(await gate.signin.session(left.token)).toBeUndefined()
  expect(await gate.signin.session(token)).toBeDefined()
  await gate.signin.idle()
  gate.clock.at += 91 * 24 * hour
  await gate.signin.signIn({ address, password: good, ...here })
  await gate.signin.clean()
  const rows = async (table: 'sessions' | 'resets' | 'limits' | 'sign_ins') =>
    (await gate.store.db.selectFrom(table).selectAll().execute()).length
  expect(await rows('sessions')).toBe(1)
  expect(await rows('resets')).toBe(0)
  expect(await rows('limits')).toBe(1)
  expect(await rows('sign_ins')).toBe(1)
})
