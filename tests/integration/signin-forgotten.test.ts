import { expect, test } from 'vitest'
import { type Desk, better, desk, elsewhere, good, here, minute, rejection } from './signin-parts.ts'

const address = 'rita@clinic.test'

/** The token in the newest reset mail of the queue. */
async function mailedToken(gate: Desk): Promise<string> {
  await gate.signin.idle()
  const seeds = (await gate.mails()).flatMap(({ notice }) =>
    notice.type === 'password-reset' ? [notice.seed] : [],
  )
  const token = await gate.signin.resetToken(seeds.at(-1) ?? '')
  if (token === undefined) throw new Error('no token was mailed')
  return token
}

test('the mailed link sets a new password, ends every session, and tells the person', async () => {
  await using gate = await desk()
  const person = await gate.resident()
  const { token: session } = await gate.signin.signIn({ address, password: good, ...elsewhere })
  await gate.signin.forgot(address, here)
  const token = await mailedToken(gate)
  expect(await gate.signin.checkReset(token)).toEqual({ valid: true, address })
  await gate.signin.reset(token, better, here)

  expect(await gate.signin.session(session)).toBeUndefined()
  expect(await gate.signin.checkReset(token)).toEqual({ valid: false })
  expect((await gate.mails()).at(-1)).toMatchObject({
    to: address,
    notice: { type: 'security-alert', what: 'password-reset', personId: person.id, agent: here.agent },
  })
  await rejection(gate.signin.signIn({ address, password: good, ...here }))
  expect((await gate.signin.signIn({ address, password: better, ...here })).session.state).toBe('full')
})

test('looking at the link as often as a robot does changes nothing', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  const token = await mailedToken(gate)
  for (let count = 0; count < 50; count++) {
    expect(await gate.signin.checkReset(token)).toEqual({ valid: true, address })
  }
  await gate.signin.reset(token, better, here)
})

test('of 20 parallel submits of one link exactly one succeeds', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  const token = await mailedToken(gate)
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => gate.signin.reset(token, `${better} ${index}`, here)),
  )
  const won = results.flatMap((one, index) => (one.status === 'fulfilled' ? [index] : []))
  expect(won).toHaveLength(1)
  for (const one of results) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'reset-invalid', status: 410 })
  }
  await gate.signin.signIn({ address, password: `${better} ${won[0] ?? ''}`, ...here })
})

test('a link is dead after an hour, after the next one was asked for, and after the password was changed', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  const first = await mailedToken(gate)
  await gate.signin.forgot(address, here)
  const second = await mailedToken(gate)
  expect(await gate.signin.checkReset(first)).toEqual({ valid: false })
  expect(await gate.signin.checkReset(second)).toEqual({ valid: true, address })
  gate.clock.at += 60 * minute
  expect(await rejection(gate.signin.reset(second, better, here))).toMatchObject({ code: 'reset-invalid' })

  await gate.signin.forgot(address, here)
  const third = await mailedToken(gate)
  const { token } = await gate.signin.signIn({ address, password: good, ...here })
  await gate.signin.changePassword(token, good, better, here)
  expect(await gate.signin.checkReset(third)).toEqual({ valid: false })
})

test('a refused password leaves the link alive', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  const token = await mailedToken(gate)
  expect(await rejection(gate.signin.reset(token, 'short', here))).toMatchObject({ code: 'password-refused' })
  expect(await rejection(gate.signin.reset(token, 'my clinic is far away', here))).toMatchObject({
    unmet: ['personal'],
  })
  await gate.signin.reset(token, better, here)
})

test('the answer is the same for everybody; only who exists is mailed', async () => {
  await using gate = await desk()
  await gate.resident()
  const off = await gate.resident('off@clinic.test')
  await gate.signin.setDisabled(off.id, true)
  const before = (await gate.mails()).length
  for (const typed of ['nobody@clinic.test', 'off@clinic.test', 'not an address', 'rita@clinic.test']) {
    await expect(gate.signin.forgot(typed, here)).resolves.toBeUndefined()
  }
  await gate.signin.idle()
  expect((await gate.mails()).slice(before).map((one) => one.to)).toEqual([address])
  expect((await gate.causes()).slice(-4)).toEqual([
    'forgotten-unknown-address',
    'forgotten-disabled',
    'forgotten-malformed-address',
    'forgotten-reset-sent',
  ])
})

test('nobody can flood a mailbox, and one network can not ask without end', async () => {
  await using gate = await desk()
  await gate.resident()
  const before = (await gate.mails()).length
  for (let count = 0; count < 30; count++) {
    await gate.signin.forgot(address, { ip: `198.51.${count}.1`, agent: '' })
  }
  await gate.signin.idle()
  expect((await gate.mails()).length - before).toBe(3)
  for (let count = 0; count < 20; count++) await gate.signin.forgot(`a${count}@clinic.test`, here)
  expect(await rejection(gate.signin.forgot(address, here))).toMatchObject({
    code: 'too-many-attempts',
    retryAfter: 60,
  })
})

test('the link opens nothing in the hands of who reads the database', async () => {
  await using gate = await desk()
  await gate.resident()
  await gate.signin.forgot(address, here)
  const token = await mailedToken(gate)
  const tables = ['resets', 'dispatches', 'sign_ins'] as const
  const rows = await Promise.all(tables.map((table) => gate.store.db.selectFrom(table).selectAll().execute()))
  expect(JSON.stringify(rows) + gate.logged.join('')).not.toContain(token)
  // What is stored is a hash; it is no token.
  const [row] = await gate.store.db.selectFrom('resets').selectAll().execute()
  expect(await gate.signin.checkReset(row?.token_hash ?? '')).toEqual({ valid: false })
})

test('notices come from the account that wrote last, else from the first one', async () => {
  await using gate = await desk()
  const second = await gate.people.createAccount({ code: 'second', name: 'Second', domains: ['second.test'] })
  const person = await gate.resident()
  await gate.store.write(async (trx) => {
    const message = {
      id: 'm1',
      account_id: second.id,
      origin: 'mail' as const,
      envelope_from: '',
      from_address: '',
      from_name: '',
      header_recipients_json: '{}',
      rfc_message_id: '',
      subject_sealed: new Uint8Array(),
      has_attachments: 0,
      size: 0,
      options_json: '{}',
      received_at: 1,
    }
    await trx
      .insertInto('messages')
      .values({ ...message, author_id: null })
      .execute()
    await trx
      .insertInto('copies')
      .values({
        id: 'c1',
        message_id: 'm1',
        account_id: second.id,
        person_id: person.id,
        address,
        state: 'held',
        unread: 1,
        received_at: 1,
      })
      .execute()
  })
  await gate.signin.forgot(address, here)
  await gate.signin.idle()
  const froms = (await gate.mails()).map((one) => one.from)
  expect([froms[0], froms.at(-1)]).toEqual(['postern@example.test', 'postern@second.test'])
})
