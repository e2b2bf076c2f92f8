import { expect, test } from 'vitest'
import { SignInFailed } from '../../gateway/signin/index.ts'
import { type Desk, better, desk, elsewhere, good, here, minute, rejection } from './signin-parts.ts'

const address = 'rita@clinic.test'

/** What trying a wrong password gives: `sign-in-failed`, or `too-many-attempts`. */
async function wrong(gate: Desk, ip: string, who = address): Promise<SignInFailed> {
  const error = await rejection(gate.signin.signIn({ address: who, password: 'wrong', ip, agent: '' }))
  if (error instanceof SignInFailed) return error
  throw error
}

test('after five mistakes one has to wait, the longer the more, and never for more than 15 minutes', async () => {
  await using gate = await desk()
  await gate.resident()
  for (let count = 0; count < 5; count++) expect((await wrong(gate, here.ip)).code).toBe('sign-in-failed')
  const waits = []
  for (let count = 0; count < 8; count++) {
    const error = await wrong(gate, here.ip)
    expect(error.code).toBe('too-many-attempts')
    waits.push(error.retryAfter)
    gate.clock.at += (error.retryAfter ?? 0) * 1000
    expect((await wrong(gate, here.ip)).code).toBe('sign-in-failed')
  }
  expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900])
  gate.clock.at += 15 * minute
  await gate.signin.signIn({ address, password: good, ...here })
  // Success forgives the mistakes.
  for (let count = 0; count < 5; count++) expect((await wrong(gate, here.ip)).code).toBe('sign-in-failed')
})

test('even the right password has to wait, and the administrator sees why', async () => {
  await using gate = await desk()
  await gate.resident()
  for (let count = 0; count < 5; count++) await wrong(gate, here.ip)
  const error = await rejection(gate.signin.signIn({ address, password: good, ...here }))
  expect(error).toMatchObject({ code: 'too-many-attempts', status: 429, retryAfter: 30 })
  const [found] = await gate.signin.findAttempt((error as SignInFailed).supportCode ?? '')
  expect(found).toMatchObject({ cause: 'too-many-attempts', address })
})

test('a restart forgets nothing', async () => {
  await using gate = await desk()
  await gate.resident()
  for (let count = 0; count < 5; count++) await wrong(gate, here.ip)
  await gate.restart()
  expect((await wrong(gate, here.ip)).code).toBe('too-many-attempts')
})

test('parallel guesses are counted exactly', async () => {
  await using gate = await desk()
  await gate.resident()
  const codes = await Promise.all(Array.from({ length: 30 }, async () => (await wrong(gate, here.ip)).code))
  expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(5)
})

test('twenty right passwords at once are no guessing', async () => {
  await using gate = await desk()
  await gate.resident()
  await Promise.all(
    Array.from({ length: 20 }, () => gate.signin.signIn({ address, password: good, ...here })),
  )
})

test('an unknown address meets the same limits as a known one', async () => {
  await using gate = await desk()
  await gate.resident()
  for (const who of [address, 'nobody@clinic.test', 'no address']) {
    const codes = []
    for (let count = 0; count < 7; count++) codes.push((await wrong(gate, here.ip, who)).code)
    expect(codes.slice(5)).toEqual(['too-many-attempts', 'too-many-attempts'])
  }
})

test('an attacker with many networks slows guessing down, but can not shut the person out', async () => {
  await using gate = await desk()
  await gate.resident()
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  const codes = []
  for (let count = 0; count < 20; count++) codes.push((await wrong(gate, `198.51.${count}.1`)).code)
  expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(10)
  // At home, in the same network and on the session, nothing is felt of it.
  expect(await gate.signin.session(token)).toBeDefined()
  await gate.signin.signIn({ address, password: good, ip: '192.0.2.200', agent: '' })
  // From a new place one waits, or resets the password: the mailbox proves the person.
  expect(await rejection(gate.signin.signIn({ address, password: good, ...elsewhere }))).toMatchObject({
    code: 'too-many-attempts',
  })
  await gate.signin.forgot(address, elsewhere)
  await gate.signin.idle()
  const notice = (await gate.mails()).at(-1)?.notice
  const reset = await gate.signin.resetToken(notice?.type === 'password-reset' ? notice.seed : '')
  await gate.signin.reset(reset ?? '', better, elsewhere)
  await gate.signin.signIn({ address, password: better, ...elsewhere })
})

test('one network can not try one password at everybody', async () => {
  await using gate = await desk()
  const codes = []
  for (let count = 0; count < 55; count++) {
    codes.push((await wrong(gate, `198.51.100.${count}`, `p${count}@clinic.test`)).code)
  }
  expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(50)
  gate.clock.at += minute
  expect((await wrong(gate, elsewhere.ip, 'q@clinic.test')).code).toBe('sign-in-failed')
})

test('refused attempts do not fill the log without end', async () => {
  await using gate = await desk()
  for (let count = 0; count < 100; count++) await wrong(gate, here.ip)
  expect(await gate.causes()).toHaveLength(65)
})

test('the table of limits names nobody', async () => {
  await using gate = await desk()
  await wrong(gate, here.ip)
  const rows = JSON.stringify(await gate.store.db.selectFrom('limits').selectAll().execute())
  expect(rows).not.toContain('rita')
  expect(rows).not.toContain('192.0.2')
})
