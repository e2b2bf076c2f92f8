import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { goodPassword } from '../fixtures/people.ts'
import { sendMail } from '../fixtures/mail.ts'

const address = 'bob@elsewhere.test'
const extension = { origin: `chrome-extension://${'a'.repeat(32)}`, 'sec-fetch-site': 'cross-site' }
const asked = { ...extension, 'x-postern-session': 'bearer' }
const bearer = (token: string) => ({ ...extension, authorization: `Bearer ${token}` })

let gateway: TestGateway
let client: BrowserClient
let temporary: string

beforeAll(async () => {
  gateway = await startTestGateway()
  await sendMail(gateway, { to: address })
})
afterAll(() => gateway[Symbol.asyncDispose]())
beforeEach(async () => {
  client = browserClient(gateway.httpUrl, gateway.origin)
  const person = await gateway.people.personByAddress(address)
  if (!person) throw new Error('nobody there')
  await gateway.signin.resetPerson(person.id)
  temporary = (await gateway.signin.temporaryPassword(person.id))?.password ?? ''
})

const stateOf = async (token: string) =>
  (await client.get('/api/session', bearer(token))).json as { state: string }

/** Signs in as the extension does. @returns the token. */
async function signIn(password = temporary): Promise<string> {
  const answer = await client.post('/api/sign-in', { address, password }, asked)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer.headers.get('x-postern-session') ?? ''
}

describe('in the extension', () => {
  test('the token comes in a header and is all that opens the session', async () => {
    const token = await signIn()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await stateOf(token)).toMatchObject({ state: 'must-change' })
    expect(client.cookies.size).toBe(0)
    expect((await client.get('/api/session', extension)).json).toEqual({ state: 'signed-out' })
  })

  test('a chosen password brings a new token, and the one before is dead', async () => {
    const first = await signIn()
    const answer = await client.post(
      '/api/password',
      { password: temporary, newPassword: goodPassword },
      { ...asked, ...bearer(first) },
    )
    expect(answer.json).toMatchObject({ state: 'signed-in' })
    expect(answer.headers.get('set-cookie')).toBeNull()
    const second = answer.headers.get('x-postern-session') ?? ''
    expect(second).toMatch(/^[\w-]{43}$/)
    expect(second).not.toBe(first)
    expect(await stateOf(second)).toMatchObject({ state: 'signed-in' })
    expect((await client.get('/api/messages', bearer(first))).status).toBe(401)
    expect((await client.get('/api/messages', bearer(second))).status).toBe(200)
  })

  test('signing in again ends the session before, and signing out ends this one', async () => {
    const first = await signIn()
    const changed = await client.post(
      '/api/password',
      { password: temporary, newPassword: goodPassword },
      { ...asked, ...bearer(first) },
    )
    const second = changed.headers.get('x-postern-session') ?? ''
    const again = await client.post(
      '/api/sign-in',
      { address, password: goodPassword },
      { ...asked, ...bearer(second) },
    )
    const third = again.headers.get('x-postern-session') ?? ''
    expect(await stateOf(second)).toEqual({ state: 'signed-out' })
    const out = await client.post('/api/sign-out', { everywhere: false }, bearer(third))
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toBeNull()
    expect(await stateOf(third)).toEqual({ state: 'signed-out' })
  })

  test('a sign-in that says not how its session shall come is refused, and uses nothing up', async () => {
    const answer = await client.post('/api/sign-in', { address, password: temporary }, extension)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'session-way-missing' })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await signIn()).not.toBe('')
  })
})

describe('the session behind the cookie', () => {
  test('is no session for an extension, reading or changing', async () => {
    expect((await client.post('/api/sign-in', { address, password: temporary })).status).toBe(200)
    expect(client.cookies.size).toBe(1)
    expect((await client.get('/api/session', extension)).json).toEqual({ state: 'signed-out' })
    const change = { password: temporary, newPassword: goodPassword }
    expect((await client.post('/api/password', change, asked)).status).toBe(401)
    expect((await client.post('/api/sign-out', {}, extension)).status).toBe(401)
    expect((await client.get('/api/session')).json).toMatchObject({ state: 'must-change' })
  })

  test('never becomes a token that a script can read', async () => {
    await client.post('/api/sign-in', { address, password: temporary })
    const change = { password: temporary, newPassword: goodPassword }
    const answer = await client.post('/api/password', change, { 'x-postern-session': 'bearer' })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-postern-session')).toBeNull()
    expect((await client.get('/api/session')).json).toMatchObject({ state: 'must-change' })
  })

  test('comes as a cookie alone where nothing else was asked for', async () => {
    for (const header of [{}, { 'x-postern-session': 'Bearer' }, { 'x-postern-session': 'cookie' }]) {
      const person = await gateway.people.personByAddress(address)
      await gateway.signin.resetPerson(person?.id ?? '')
      const { password = '' } = (await gateway.signin.temporaryPassword(person?.id ?? '')) ?? {}
      const answer = await client.post('/api/sign-in', { address, password }, header)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('x-postern-session')).toBeNull()
      expect(answer.headers.get('set-cookie')).toMatch(/^postern=/)
    }
  })

  test('outlives a sign-in of the extension with the same cookie jar', async () => {
    await client.post('/api/sign-in', { address, password: temporary })
    await client.post('/api/password', { password: temporary, newPassword: goodPassword })
    await signIn(goodPassword)
    expect((await client.get('/api/session')).json).toMatchObject({ state: 'signed-in' })
  })
})
