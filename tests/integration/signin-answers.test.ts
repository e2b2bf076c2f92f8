import { describe, expect, test } from 'vitest'
import { SignInFailed } from '../../gateway/signin/index.ts'
import { type Desk, day, desk, good, here, rejection } from './signin-parts.ts'

/** What somebody who is not signed in gets to see of a failure. */
async function seen(gate: Desk, address: string, password: string, method?: 'domain') {
  const error = await rejection(gate.signin.signIn({ address, password, method, ...here }))
  if (!(error instanceof SignInFailed)) throw error
  const { supportCode = '', code, status, message, retryAfter } = error
  expect(supportCode).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  return { supportCode, shown: { code, status, message, retryAfter, codeLength: supportCode.length } }
}

/** A gateway with somebody of each kind, and how each of them fails to sign in. */
async function failures(gate: Desk) {
  await gate.resident('rita@clinic.test')
  const off = await gate.resident('off@clinic.test')
  await gate.signin.setDisabled(off.id, true)
  const late = await gate.newcomer('late@clinic.test')
  gate.clock.at += 7 * day
  const used = await gate.newcomer('used@clinic.test')
  await gate.signin.signIn({ address: 'used@clinic.test', password: used.temporary, ...here })
  await gate.newcomer('fresh@clinic.test')
  await gate.store.write((trx) => gate.people.ensure(trx, { address: 'none@clinic.test' }, gate.clock.at))
  return [
    ['unknown-address', 'nobody@clinic.test', good],
    ['malformed-address', 'no address at all', good],
    ['wrong-password', 'rita@clinic.test', 'something else'],
    ['disabled', 'off@clinic.test', good],
    ['temporary-password-expired', 'late@clinic.test', late.temporary],
    ['temporary-password-used', 'used@clinic.test', used.temporary],
    ['wrong-password', 'fresh@clinic.test', 'something else'],
    ['no-password', 'none@clinic.test', good],
  ] as const
}

test('every failure looks the same, and the support code finds the exact cause', async () => {
  await using gate = await desk()
  const answers = []
  for (const [cause, address, password] of await failures(gate)) {
    const { supportCode, shown } = await seen(gate, address, password)
    answers.push(shown)
    const [found] = await gate.signin.findAttempt(` ${supportCode.toLowerCase().replace('-', ' ')} `)
    expect(found).toMatchObject({ cause, outcome: 'failure', ip: here.ip, agent: here.agent })
  }
  const domain = await seen(gate, 'rita@clinic.test', good, 'domain')
  expect((await gate.signin.findAttempt(domain.supportCode))[0]?.cause).toBe('method-not-enabled')
  for (const answer of [...answers, domain.shown]) expect(answer).toEqual(answers[0])
})

test('the time tells nothing: medians by cause are printed', async () => {
  await using gate = await desk()
  const causes = await failures(gate)
  const times = new Map<string, number[]>()
  for (let round = 0; round < 11; round++) {
    for (const [cause, address, password] of causes) {
      // An hour later nothing is left of the limits on failures; the temporary password stays wrong or used.
      gate.clock.at += 3_600_000
      const wrong = cause.startsWith('temporary') ? 'something else' : password
      const started = performance.now()
      await rejection(gate.signin.signIn({ address, password: wrong, ...here }))
      const name = `${cause} ${address}`
      times.set(name, [...(times.get(name) ?? []), performance.now() - started])
    }
  }
  const sorted = [...times].map(([name, all]) => ({ name, all: all.sort((a, b) => a - b) }))
  console.log(sorted.map(({ name, all }) => `${(all[5] ?? NaN).toFixed(1)} ms  ${name}`).join('\n'))
  // A busy machine stretches medians; the fastest of each shows the work. Strangers' would be less than half.
  const fastest = sorted.map(({ all }) => all[0] ?? NaN)
  expect(Math.max(...fastest) / Math.min(...fastest)).toBeLessThan(1.8)
})

test('what is typed where an address belongs is not written down: it may be a password', async () => {
  await using gate = await desk()
  await seen(gate, 'hunter2-oh-no', 'x')
  await gate.signin.loginIssues({ address: 'hunter2-oh-no', url: '', ...here })
  expect(JSON.stringify(await gate.store.db.selectFrom('sign_ins').selectAll().execute())).not.toContain(
    'hunter2',
  )
})

test('ways to sign in depend on the domain alone', async () => {
  await using gate = await desk()
  await gate.resident('anna@example.test')
  expect(await gate.signin.methods('anna@example.test')).toEqual(['cloud'])
  expect(await gate.signin.methods('stranger@EXAMPLE.test')).toEqual(['cloud'])
  expect(await gate.signin.methods('rita@clinic.test')).toEqual([])
  expect(await gate.signin.methods('nonsense')).toEqual([])
})

describe('login issues', () => {
  test('give a code under which the report is found, without the secrets of the URL', async () => {
    await using gate = await desk()
    const url = `https://u:p@portal.example.test/m/postern1.k1.${'A'.repeat(80)}.${'B'.repeat(86)}?reset=SECRET#SECRET`
    const report = { address: 'Rita@clinic.test', url, ip: here.ip, agent: 'Odd\r\n\u001b[31mAgent' }
    const { supportCode, at } = await gate.signin.loginIssues(report)
    expect(at).toBe(gate.clock.at)
    expect(await gate.signin.findAttempt(supportCode)).toMatchObject([
      {
        outcome: 'question',
        cause: 'login-issues',
        address: 'rita@clinic.test',
        agent: 'Odd [31mAgent',
        url: 'https://portal.example.test/m/postern1.k1.…',
      },
    ])
  })

  test('can not fill the log', async () => {
    await using gate = await desk()
    const report = () => gate.signin.loginIssues({ address: 'rita@clinic.test', url: '', ...here })
    for (let count = 0; count < 20; count++) await report()
    expect(await rejection(report())).toMatchObject({
      code: 'too-many-attempts',
      status: 429,
      retryAfter: 60,
    })
  })
})
