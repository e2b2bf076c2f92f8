import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../gateway/commands/index.ts'
import { browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { signedIn } from '../fixtures/people.ts'
import { sendMail } from '../fixtures/mail.ts'

let gateway: TestGateway
let messageId: string
beforeAll(async () => {
  gateway = await startTestGateway()
  const reply = await sendMail(gateway, { to: ['bob@elsewhere.test', 'carol@elsewhere.test'] })
  messageId = /queued as (\w+)/.exec(reply)?.[1] ?? ''
  await gateway.delivery.idle()
})
afterAll(() => gateway[Symbol.asyncDispose]())

let out: string
let err: string
beforeEach(() => {
  out = ''
  err = ''
})

/** Runs `postern` on the data of the running gateway. */
function postern(...argv: string[]): Promise<number> {
  return run([...argv, '--data', gateway.dataDir], {
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
}
const json = () => JSON.parse(out) as unknown

describe('beside a running gateway', () => {
  test('an account that is made may send at once, and its administrator gets in', async () => {
    const code = await postern(
      'account',
      'create',
      'acme',
      '--domain',
      'acme.test',
      '--name',
      'Acme',
      '--json',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(json()).toMatchObject({ code: 'acme', domains: ['acme.test'], administrator: 'admin@acme.test' })

    const reply = await sendMail(gateway, { from: 'ann@acme.test', to: 'dora@elsewhere.test' })
    expect(reply).toMatch(/^250 /)
    gateway.delivery.wake()
    await gateway.delivery.idle()
    const sent = await gateway.delivery.outbox.list(20)
    expect(sent.map(({ to }) => to)).toContainEqual(['admin@acme.test'])
    const admin = await signedIn(gateway, 'admin@acme.test')
    expect((await admin.get('/api/session')).json).toMatchObject({ person: { role: 'administrator' } })
  })

  test('accounts are listed', async () => {
    expect(await postern('account', 'list')).toBe(0)
    expect(out).toMatch(/^code +name +domains\n/)
    expect(out).toMatch(/^example +Example +example\.test$/m)
  })

  test('an account can not be made twice', async () => {
    expect(await postern('account', 'create', 'example', '--domain', 'other.test')).toBe(1)
    expect(err).toBe('postern: There is an account example already.\n')
    err = ''
    expect(await postern('account', 'create', 'other', '--domain', 'example.test', '--json')).toBe(1)
    expect(JSON.parse(err)).toMatchObject({ error: { code: expect.any(String) as string } })
    expect(out).toBe('')
  })

  test('people are listed, found, reset, shut out and let in', async () => {
    expect(await postern('person', 'list', '--search', 'bob', '--json')).toBe(0)
    expect(json()).toMatchObject([{ address: 'bob@elsewhere.test', role: 'recipient', disabledAt: null }])
    out = ''
    expect(await postern('person', 'list', '--account', 'example')).toBe(0)
    expect(out).toMatch(/^admin@example\.test +administrator/m)
    expect(out).not.toContain('elsewhere')

    const bob = await signedIn(gateway, 'bob@elsewhere.test')
    expect(await postern('person', 'reset', 'Bob@Elsewhere.test')).toBe(0)
    expect((await bob.get('/api/session')).json).toEqual({ state: 'signed-out' })
    const again = await signedIn(gateway, 'bob@elsewhere.test')
    expect(await postern('person', 'disable', 'bob@elsewhere.test')).toBe(0)
    expect((await again.get('/api/session')).json).toEqual({ state: 'signed-out' })
    expect(await postern('person', 'enable', 'bob@elsewhere.test')).toBe(0)
    expect(await postern('person', 'reset', 'nobody@elsewhere.test')).toBe(1)
    expect(err).toContain('Nobody here has the address nobody@elsewhere.test.')
  })

  test('why somebody could not sign in is found by the support code', async () => {
    const browser = browserClient(gateway.httpUrl, gateway.origin)
    const answer = await browser.post('/api/sign-in', { address: 'carol@elsewhere.test', password: 'wrong' })
    expect(answer.status).toBe(401)
    const { supportCode = '' } = answer.json as { supportCode?: string }
    expect(supportCode).not.toBe('')
    expect(await postern('attempt', supportCode.toLowerCase(), '--json')).toBe(0)
    expect(json()).toMatchObject([
      { address: 'carol@elsewhere.test', outcome: 'failure', cause: 'wrong-password' },
    ])
    expect(out).not.toContain('"wrong"')
    expect(await postern('attempt', 'AAAA-AAAA')).toBe(1)
  })

  test('a message is listed and taken back, from one recipient and then from all', async () => {
    expect(await postern('message', 'list', '--from', 'alice@example.test', '--json')).toBe(0)
    expect(json()).toMatchObject([
      { messageId, state: 'held' },
      { messageId, state: 'held' },
    ])
    expect(out).not.toContain('Contract')
    out = ''
    expect(await postern('message', 'recall', messageId, '--to', 'carol@elsewhere.test', '--json')).toBe(0)
    expect(json()).toEqual({ recalled: ['carol@elsewhere.test'] })
    expect(await postern('message', 'recall', messageId, '--reason', 'Wrong file')).toBe(0)
    expect(out).toContain('Taken back from bob@elsewhere.test.')
    expect(await postern('message', 'recall', messageId)).toBe(1)
    expect(err).toContain(`No message ${messageId} is held.`)
  })
})

describe('the queue', () => {
  let stuck: TestGateway
  beforeAll(async () => {
    // Nothing listens at the smart host, so everything waits.
    stuck = await startTestGateway({ settings: { smartHost: '127.0.0.1:9' } })
    await sendMail(stuck, { subject: 'plain', to: 'bob@elsewhere.test' })
    await stuck.delivery.idle()
  })
  afterAll(() => stuck[Symbol.asyncDispose]())
  const queue = (...argv: string[]) =>
    run(['queue', ...argv, '--data', stuck.dataDir], {
      out: (text) => (out += text),
      err: (text) => (err += text),
    })

  test('shows what waits and why, sends it again and gives it up', async () => {
    expect(await queue('list', '--json')).toBe(0)
    const [waiting] = json() as { id: string; attempts: number }[]
    expect(waiting).toMatchObject({ kind: 'message', state: 'queued', attempts: 1 })
    out = ''
    expect(await queue('list')).toBe(0)
    expect(out).toMatch(/bob@elsewhere\.test .*ECONNREFUSED/)
    out = ''
    expect(await queue('retry', waiting?.id ?? '', '--json')).toBe(0)
    expect(json()).toEqual({ retried: 1 })
    expect(await queue('drop')).toBe(1)
    expect(err).toContain('Say which')
    out = ''
    expect(await queue('drop', '--all', '--json')).toBe(0)
    expect(json()).toEqual({ dropped: [waiting?.id] })
    out = ''
    expect(await queue('list')).toBe(0)
    expect(out).toBe('Nothing waits.\n')
  })
})

describe('what is not understood', () => {
  test.each([
    [['fly']],
    [['account', 'create']],
    [['queue', 'list', '--colour']],
    [['account', 'create', 'x']],
  ])('%j ends with 2 and says how it is written', async (argv) => {
    expect(await run(argv, { out: (text) => (out += text), err: (text) => (err += text) })).toBe(2)
    expect(err).toMatch(/error: /)
  })

  test('--help ends with 0', async () => {
    expect(await run(['queue', '--help'], { out: (text) => (out += text), err: () => undefined })).toBe(0)
    expect(out).toContain('retry')
  })

  test('a directory without a gateway is told so, and left empty', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'postern-empty-'))
    const argv = ['account', 'list', '--data', empty]
    expect(await run(argv, { out: () => undefined, err: (text) => (err += text) })).toBe(1)
    expect(err).toContain(`There is no gateway in ${empty}.`)
    await rm(empty, { recursive: true })
  })
})
