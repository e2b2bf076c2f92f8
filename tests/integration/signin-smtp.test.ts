import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { desk, good, here, rejection } from './signin-parts.ts'

test('a mail program signs in with a user’s own password only', async () => {
  await using gate = await desk()
  const anna = await gate.resident('anna@example.test')
  await gate.resident('rita@clinic.test')
  const { temporary } = await gate.newcomer('new@example.test')
  const authenticate = (address: string, password: string) =>
    gate.signin.authenticate(address, password, here.ip)
  expect((await authenticate('Anna@Example.test', good))?.id).toBe(anna.id)
  expect(await authenticate('anna@example.test', 'wrong')).toBeUndefined()
  expect(await authenticate('rita@clinic.test', good)).toBeUndefined()
  expect(await authenticate('new@example.test', temporary)).toBeUndefined()
  expect(await authenticate('nobody@example.test', good)).toBeUndefined()
  // The temporary password was not used up by it.
  await gate.signin.signIn({ address: 'new@example.test', password: temporary, ...here })
  await gate.signin.setDisabled(anna.id, true)
  expect(await authenticate('anna@example.test', good)).toBeUndefined()
  expect((await gate.causes()).slice(-7)).toEqual([
    'smtp',
    'wrong-password',
    'not-a-user',
    'not-a-user',
    'unknown-address',
    'temporary-password',
    'disabled',
  ])
})

test('a mail program that signs in for each message fills the log once an hour', async () => {
  await using gate = await desk()
  await gate.resident('anna@example.test')
  const before = (await gate.causes()).length
  for (let count = 0; count < 6; count++) {
    await gate.signin.authenticate('anna@example.test', good, here.ip)
    gate.clock.at += 30 * 60_000
  }
  expect((await gate.causes()).length - before).toBe(3)
})

test('a mail program meets the limits of everybody', async () => {
  await using gate = await desk()
  await gate.resident('anna@example.test')
  for (let count = 0; count < 5; count++) {
    await gate.signin.authenticate('anna@example.test', 'wrong', here.ip)
  }
  expect(await rejection(gate.signin.authenticate('anna@example.test', good, here.ip))).toMatchObject({
    code: 'too-many-attempts',
  })
})

test('100 people sign in at once: the delay of the event loop is printed', async () => {
  await using gate = await desk()
  await gate.resident('p0@clinic.test')
  const row = await gate.store.db.selectFrom('passwords').selectAll().executeTakeFirstOrThrow()
  await gate.store.write(async (trx) => {
    for (let count = 1; count < 100; count++) {
      const address = `p${count}@clinic.test`
      const { person } = await gate.people.ensure(trx, { address }, gate.clock.at)
      await trx
        .insertInto('passwords')
        .values({ ...row, person_id: person.id })
        .execute()
    }
  })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const before = process.memoryUsage().rss
  let highest = before
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 20)
  delay.enable()
  const started = performance.now()
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      gate.signin.signIn({
        address: `p${index}@clinic.test`,
        password: good,
        ip: `198.51.${index}.1`,
        agent: '',
      }),
    ),
  )
  delay.disable()
  clearInterval(watch)
  const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`
  console.log(
    `100 sign-ins in ${(performance.now() - started).toFixed(0)} ms, event-loop delay p50 ${ms(delay.percentile(50))},`,
    `p99 ${ms(delay.percentile(99))}, max ${ms(delay.max)}, memory +${((highest - before) / 1e6).toFixed(0)} MB`,
  )
  // 100 argon2 at once would take 1.9 GB.
  expect(highest - before).toBeLessThan(300e6)
})
