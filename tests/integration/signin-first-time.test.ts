import { expect, test } from 'vitest'
import { ensureTemporary } from '../../gateway/people/index.ts'
import { day, desk, elsewhere, good, here, hour, minute, rejection } from './signin-parts.ts'

const address = 'rita@clinic.test'

test('a temporary password pasted with spaces, capitals and odd dashes opens the change form', async () => {
  await using gate = await desk()
  const { temporary } = await gate.newcomer()
  const pasted = `\u00a0 ${temporary.toUpperCase().replace('-', ' – ').replace('-', '\u2011')}\u200b \n`
  const { session } = await gate.signin.signIn({ address: ' Rita@Clinic.test ', password: pasted, ...here })
  expect(session.state).toBe('must-change')
  expect(session.person.address).toBe(address)
})

test('changing it opens the portal; the old token and the temporary password are dead', async () => {
  await using gate = await desk()
  const { temporary } = await gate.newcomer()
  const first = await gate.signin.signIn({ address, password: temporary, ...here })
  const changed = await gate.signin.changePassword(first.token, ` ${temporary} `, good, here)
  expect(changed.token).not.toBe(first.token)
  expect(await gate.signin.session(first.token)).toBeUndefined()
  expect((await gate.signin.session(changed.token))?.state).toBe('full')
  expect(await rejection(gate.signin.signIn({ address, password: temporary, ...here }))).toMatchObject({
    code: 'sign-in-failed',
  })
  const again = await gate.signin.signIn({ address, password: good, ...here })
  expect(again.session.state).toBe('full')
})

test('of 20 parallel submits of one temporary password exactly one succeeds, from one place or many', async () => {
  for (const place of [() => here.ip, (index: number) => `198.51.${index}.7`]) {
    await using gate = await desk()
    const { temporary } = await gate.newcomer()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        gate.signin.signIn({ address, password: temporary, agent: '', ip: place(index) }),
      ),
    )
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(await gate.store.db.selectFrom('sessions').selectAll().execute()).toHaveLength(1)
    // Nobody was mailed anything: the session of the first submit lives.
    expect(await gate.mails()).toEqual([])
  }
})

test('of parallel changes exactly one succeeds', async () => {
  await using gate = await desk()
  const { temporary } = await gate.newcomer()
  const { token } = await gate.signin.signIn({ address, password: temporary, ...here })
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, (_, index) =>
      gate.signin.changePassword(token, temporary, `${good} ${index}`, here),
    ),
  )
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
})

test('a person whose browser crashed before the change is sent new details and gets in', async () => {
  await using gate = await desk()
  const { person, temporary } = await gate.newcomer()
  await gate.signin.signIn({ address, password: temporary, ...here })
  gate.clock.at += 31 * minute
  await rejection(gate.signin.signIn({ address, password: temporary, ...elsewhere }))
  expect(await gate.mails()).toMatchObject([
    { to: address, from: 'postern@example.test', notice: { type: 'sign-in-details', personId: person.id } },
  ])
  const fresh = await gate.signin.temporaryPassword(person.id)
  expect(fresh?.password).not.toBe(temporary)
  const { session } = await gate.signin.signIn({ address, password: fresh?.password ?? '', ...elsewhere })
  expect(session.state).toBe('must-change')
  expect(await gate.causes()).toEqual(['temporary-password', 'temporary-password-used', 'temporary-password'])
})

test('after seven days the temporary password fails; forgetting it sends new details, not a link', async () => {
  await using gate = await desk()
  const { person, temporary } = await gate.newcomer()
  gate.clock.at += 7 * day
  expect(await gate.signin.temporaryPassword(person.id)).toBeUndefined()
  await gate.signin.forgot(address, here)
  await gate.signin.idle()
  expect((await gate.mails()).map((one) => one.notice.type)).toEqual(['sign-in-details'])
  await rejection(gate.signin.signIn({ address, password: temporary, ...here }))
  const fresh = await gate.signin.temporaryPassword(person.id)
  expect(
    (await gate.signin.signIn({ address, password: fresh?.password ?? '', ...here })).session.state,
  ).toBe('must-change')
})

test('who lost the first mail is sent the same temporary password once more', async () => {
  await using gate = await desk()
  const { person, temporary } = await gate.newcomer()
  gate.clock.at += hour
  await gate.signin.forgot(address, here)
  await gate.signin.idle()
  expect(await gate.mails()).toHaveLength(1)
  expect((await gate.signin.temporaryPassword(person.id))?.password).toBe(temporary)
})

test('a new password that is refused, or the temporary one again, leaves everything as it was', async () => {
  await using gate = await desk()
  const { temporary } = await gate.newcomer()
  const { token } = await gate.signin.signIn({ address, password: temporary, ...here })
  expect(await rejection(gate.signin.changePassword(token, temporary, 'password1234', here))).toMatchObject({
    code: 'password-refused',
    unmet: ['common'],
  })
  expect(
    await rejection(gate.signin.changePassword(token, temporary, temporary.toUpperCase(), here)),
  ).toMatchObject({ code: 'password-same' })
  expect(await rejection(gate.signin.changePassword(token, 'wrong', good, here))).toMatchObject({
    code: 'current-password-wrong',
  })
  expect((await gate.signin.session(token))?.state).toBe('must-change')
  await gate.signin.changePassword(token, temporary, good, here)
})

test('a new message makes a temporary password only for who has none, or an expired one', async () => {
  await using gate = await desk()
  const { person, temporary } = await gate.newcomer()
  const ensure = (id: string) => gate.store.write((trx) => ensureTemporary(trx, id, gate.clock.at))
  expect(await ensure(person.id)).toBe(false)
  gate.clock.at += 7 * day
  expect(await ensure(person.id)).toBe(true)
  const renewed = (await gate.signin.temporaryPassword(person.id))?.password
  expect(renewed).not.toBe(temporary)
  const resident = await gate.resident('olga@clinic.test')
  gate.clock.at += 8 * day
  expect(await ensure(resident.id)).toBe(false)
  await gate.signin.signIn({ address: 'olga@clinic.test', password: good, ...here })
})

test('neither the store nor the log holds a password', async () => {
  await using gate = await desk()
  const { temporary } = await gate.newcomer()
  await gate.resident('olga@clinic.test')
  const tables = ['passwords', 'sessions', 'sign_ins', 'dispatches', 'limits'] as const
  const rows = await Promise.all(tables.map((table) => gate.store.db.selectFrom(table).selectAll().execute()))
  const everything = JSON.stringify(rows) + gate.logged.join('')
  expect(everything).toContain('argon2id')
  expect(everything).not.toContain(good)
  expect(everything).not.toContain(temporary)
})
