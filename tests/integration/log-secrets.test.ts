/**
 * Canaries: everything that opens something, or is a word of a message, is given a value of its own; a gateway that
 * logs at its loudest is led through all it does, errors and attacks included; then nothing it has logged, and
 * nothing of its metrics, may hold one of them in any encoding.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserClient } from '../fixtures/browser-client.ts'
import { startTestGateway } from '../fixtures/gateway.ts'
import { firstAdministratorOf } from '../fixtures/people.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { until } from '../fixtures/until.ts'
import { type GatewayProcess, startGatewayProcess } from '../peers/gateway-process.ts'
import { type Remote, startRemote } from '../peers/remote.ts'
import { type Temporary, temporaryDirectory } from '../peers/temporary.ts'
import { linesOf, mailFor, passwordIn, tokenIn } from './log-parts.ts'

const bob = 'bob@elsewhere.test'
const alice = 'alice@example.test'

/** By name: what must not be found. */
const canaries = new Map<string, string | Uint8Array>()
/** Characters that each encoding writes in its own way, and letters enough to be found by nobody else. */
function canary(name: string): string {
  const value = `Canary "ü" ${name} ${randomBytes(9).toString('base64url')}`
  canaries.set(name, value)
  return value
}
/** One of letters alone, for where others are not allowed. */
function plainCanary(name: string): string {
  const value = `canary${name}${randomBytes(9).toString('hex')}`
  canaries.set(name, value)
  return value
}
function known(name: string, value: string | Uint8Array): void {
  canaries.set(name, value)
}

const adminPassword = canary('first-phrase')
const bobPassword = canary('phrase')
const smartHostPassword = canary('smart-host-password')

let remote: Remote
let directory: Temporary
let gateway: GatewayProcess
let admin: string
/** What the remote was sent, for it to repeat. */
let authLine = ''
let refuseAuth = false
beforeAll(async () => {
  directory = await temporaryDirectory('canary')
  // A message that is refused is repeated in the refusal, as content filters and bad servers do.
  remote = await startRemote({
    features: ['PIPELINING', '8BITMIME', 'SIZE 100000000', 'AUTH PLAIN LOGIN'],
    answer: (command) => {
      if (!command.startsWith('AUTH')) return undefined
      authLine = command
      return refuseAuth ? `535 5.7.8 unknown command: ${command}` : '235 2.7.0 welcome'
    },
  })
  {
    await using first = await startTestGateway({ dataDir: directory.path })
    const { address, password } = firstAdministratorOf(first)
    admin = address
    const browser = browserClient(first.httpUrl, first.origin)
    await browser.post('/api/sign-in', { address, password })
    const changed = await browser.post('/api/password', { password, newPassword: adminPassword })
    expect(changed.body.toString()).toContain('signed-in')
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    for (const [at, line] of privateKey.split('\n').slice(1, -2).entries()) known(`DKIM key ${at}`, line)
    const { id, settings } = (await first.people.account((await first.people.accounts())[0]?.id ?? '')) ?? {}
    if (!id || !settings) throw new Error('there is no account')
    const dkim = { domain: 'example.test', selector: 's1', privateKey }
    await first.store.write((trx) =>
      trx
        .updateTable('accounts')
        .set({ settings_json: JSON.stringify({ ...settings, dkim }) })
        .where('id', '=', id)
        .execute(),
    )
  }
  known('master key', await masterKey())
  gateway = await startGatewayProcess({
    dataDir: directory.path,
    environment: {
      POSTERN_LOG_LEVEL: 'trace',
      POSTERN_SMART_HOST: `127.0.0.1:${remote.port}`,
      POSTERN_SMART_HOST_USER: 'gateway',
      POSTERN_SMART_HOST_PASSWORD: smartHostPassword,
    },
  })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

async function masterKey(): Promise<Buffer> {
  const text = (await readFile(join(directory.path, 'keys/master.key'))).toString().trim()
  const base64 = /[A-Za-z0-9+/_-]{43}=?/.exec(text)?.[0]
  if (base64 === undefined) throw new Error('the master key has another form than this test knows')
  return Buffer.from(base64, 'base64')
}

const subject = canary('subject')
const words = canary('body')
const fileName = canary('attachment-name')
const fileText = canary('attachment-content')

/** A message with an attachment, all of it 8-bit as it is. */
function mail(to: string, marked = true): string {
  return [
    `From: Alice <${alice}>`,
    `To: ${to}`,
    `Subject: ${marked ? '[secure receipt] ' : ''}=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Message-ID: <${randomBytes(6).toString('hex')}@example.test>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    words,
    '--b',
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(fileName)}`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(fileText).toString('base64'),
    '--b--',
    '',
  ].join('\r\n')
}

test('nothing that is secret stands in the log or in the metrics, whatever happens', async () => {
  await sendMail()
  await attackSmtp()
  await usePortal()
  await attackHttp()
  await breakThings()
  await loseSmartHost()

  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const described = await (await fetch(`${gateway.httpUrl}/openapi.json`)).text()
  expect(metrics).toContain('postern_build_info')
  await gateway.stop()
  const log = gateway.log()
  // It did log, at its loudest, and every line is JSON.
  const lines = linesOf(log)
  const said = new Set(lines.map(({ msg }) => msg))
  for (const msg of [
    'request',
    'request refused',
    'request failed',
    'mail was refused',
    'delivered',
    'deferred',
  ]) {
    expect(said, msg).toContain(msg)
  }
  const errors = lines.filter(({ level }) => Number(level) >= 50)
  expect(errors.some(({ err }) => typeof err === 'object' && err !== null && 'stack' in err)).toBe(true)

  const found: string[] = []
  for (const [name, value] of canaries)
    for (const form of formsOf(value))
      for (const [place, text] of Object.entries({ log, metrics, described })) {
        const at = text.indexOf(form)
        if (at >= 0) found.push(`${name} in ${place}: ${text.slice(Math.max(0, at - 200), at + 300)}`)
      }
  expect(found).toEqual([])
  expect(canaries.size).toBeGreaterThan(30)
})

/** Mail that is held and mail that is sent on, by the network and by AUTH. */
async function sendMail(): Promise<void> {
  await using open = await SmtpClient.ready(gateway.smtpPort)
  expect(await open.send(alice, bob, Buffer.from(mail(bob)))).toMatch(/^250/)
  expect(
    await open.send(alice, 'plain@elsewhere.test', Buffer.from(mail('plain@elsewhere.test', false))),
  ).toMatch(/^250/)
  await using secure = await SmtpClient.ready(gateway.smtpPort)
  await secure.startTls()
  await secure.command('EHLO client.test')
  const plain = (user: string, password: string) => Buffer.from(`\0${user}\0${password}`).toString('base64')
  const wrong = canary('AUTH-wrong-password')
  expect(await secure.command(`AUTH PLAIN ${plain(admin, wrong)}`)).toMatch(/^535/)
  expect(await secure.command(`AUTH PLAIN ${plain(canary('AUTH-user-typed-password'), 'x')}`)).toMatch(
    /^[45]/,
  )
  expect(await secure.command('AUTH LOGIN')).toMatch(/^334/)
  await secure.command(Buffer.from(admin).toString('base64'))
  expect(await secure.command(Buffer.from(canary('AUTH-LOGIN-password')).toString('base64'))).toMatch(/^535/)
  await secure.command(`AUTH PLAIN !${plainCanary('AUTHmalformed')}!`)
  expect(await secure.command(`AUTH PLAIN ${plain(admin, adminPassword)}`)).toMatch(/^235/)
  expect(await secure.send(admin, bob, Buffer.from(mail(bob)))).toMatch(/^250/)
}

/** What SMTP refuses. */
async function attackSmtp(): Promise<void> {
  const secret = plainCanary('SMTPcommand')
  {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    await client.command(`AUTH PLAIN ${Buffer.from(`\0x\0${canary('AUTH-without-TLS')}`).toString('base64')}`)
    await client.command(`XYZZY ${secret}`)
    await client.command(`MAIL FROM:<${alice}> NONSENSE=${secret}`)
    await client.command(`VRFY ${secret}`)
  }
  {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    await client.envelope(alice, bob)
    client.write(`Subject: ${subject}\r\n\r\n${words}\nbare\r\n.\r\n`)
    expect(await client.reply()).toMatch(/^550 5\.6\.0/)
  }
  {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    await client.envelope(alice, bob)
    client.write(`Subject: [secure] ${subject}\r\n\r\n${words}`)
    client.drop()
  }
  await using client = await SmtpClient.ready(gateway.smtpPort)
  client.write(`${secret.repeat(4000)}\r\n`)
  await client.reply()
}

/** A recipient from the link to the reply, and a forgotten password. */
async function usePortal(): Promise<void> {
  const origin = gateway.httpUrl.replace('127.0.0.1', 'localhost')
  const browser = browserClient(gateway.httpUrl, origin)
  const link = tokenIn(await mailFor(remote, bob, /^Secure message/))
  const details = await mailFor(remote, bob, /sign-in details/)
  const temporary = passwordIn(details)
  known('link', link)
  known('signature of the link', link.split('.').at(-1) ?? link)
  known('temporary password', temporary)
  await browser.get(`/m/${link}`)
  await browser.get(`/api/links/${link}`)
  await browser.post('/api/sign-in', { address: bob, password: canary('wrong-password'), link })
  await browser.post('/api/sign-in', { address: canary('typed-into-address'), password: 'x', link })
  await browser.post('/api/sign-in', { address: bob, password: temporary, link })
  for (const [name, value] of browser.cookies) known(`first session ${name}`, value)
  await browser.post('/api/password/check', { newPassword: canary('password-tried'), address: bob })
  const changed = await browser.post('/api/password', { password: temporary, newPassword: bobPassword })
  expect(changed.status).toBe(200)
  for (const [name, value] of browser.cookies) known(`session ${name}`, value)

  const { json: list } = await browser.get('/api/messages')
  const id = (list as { items: { id: string }[] }).items[0]?.id ?? ''
  await browser.get(`/api/messages?search=${encodeURIComponent(subject)}`)
  const opened = await browser.post(`/api/messages/${id}/open`)
  expect(opened.body.toString()).toContain(JSON.stringify(words).slice(1, -1))
  expect((await browser.get(`/api/messages/${id}/attachments/0`)).body.toString()).toBe(fileText)
  await browser.get(`/api/messages/${id}/attachments.zip`)
  await browser.get(`/api/messages/${id}/original.eml`)
  await browser.get(
    `/api/messages/${id}/remote-image?url=${encodeURIComponent(`http://127.0.0.1:9/${plainCanary('picture')}`)}`,
  )

  const { json: draft } = await browser.post('/api/drafts', { kind: 'reply', messageId: id })
  const { id: draftId } = draft as { id: string }
  const bytes = { 'content-type': 'application/octet-stream' }
  const name = encodeURIComponent(canary('upload-name'))
  await browser.send('POST', `/api/drafts/${draftId}/files?name=${name}&type=text/plain`, {
    body: canary('upload-content'),
    headers: bytes,
  })
  const content = {
    subject: canary('reply-subject'),
    html: `<p>${plainCanary('reply')}</p>`,
    to: [alice],
    cc: [],
  }
  await browser.send('PUT', `/api/drafts/${draftId}`, {
    body: JSON.stringify(content),
    headers: { 'content-type': 'application/json' },
  })
  expect((await browser.post(`/api/drafts/${draftId}/send`)).status).toBe(200)

  await browser.post('/api/forgot', { address: bob })
  const mailed = await mailFor(remote, bob, /^Choose a new password/)
  const reset = /\/reset\/([\w-]+)/.exec(mailed.text ?? '')?.[1] ?? ''
  expect(reset).not.toBe('')
  known('reset token', reset)
  await browser.get(`/reset/${reset}`)
  await browser.post('/api/reset/check', { token: reset })
  await browser.post('/api/reset', { token: reset, newPassword: 'short' })
  await browser.post('/api/login-issues', { address: bob, url: `${origin}/m/${link}` })
  await browser.post('/api/reset', { token: reset, newPassword: canary('reset-phrase') })
}

/** Requests that no page of ours makes. */
async function attackHttp(): Promise<void> {
  const origin = gateway.httpUrl.replace('127.0.0.1', 'localhost')
  const browser = browserClient(gateway.httpUrl, origin)
  const json = { 'content-type': 'application/json' }
  const bodies = [
    canary('no-JSON'),
    `{"address":"${plainCanary('cut')}`,
    JSON.stringify({ address: { nested: plainCanary('object') }, password: [plainCanary('list')] }),
    JSON.stringify({ [plainCanary('key')]: 1, address: bob, password: 7 }),
    `{"__proto__":{"x":"${plainCanary('proto')}"}}`,
    JSON.stringify({ address: bob, password: `${plainCanary('long')}${'x'.repeat(5000)}` }),
    `"${plainCanary('big')}${'x'.repeat(4_000_000)}"`,
  ]
  for (const body of bodies) await browser.send('POST', '/api/sign-in', { body, headers: json })
  await browser.send('POST', '/api/sign-in', {
    body: plainCanary('form'),
    headers: { 'content-type': 'text/plain' },
  })
  await browser.get(`/${plainCanary('path')}?q=${plainCanary('query')}`)
  await browser.get(`/m/${plainCanary('link')}`)
  await browser.get(`/reset/${plainCanary('reset')}`)
  await browser.get(`/api/links/${plainCanary('token')}`)
  await browser.get('/api/messages', { authorization: `Bearer ${plainCanary('bearer')}` })
  await browser.get('/api/messages', {
    cookie: `postern=${plainCanary('cookie')}`,
    referer: plainCanary('referer'),
  })
  await browser.get('/%E0%A4%A' + plainCanary('undecodable'))
  for (const raw of [
    `GET /${plainCanary('raw')} HTTP/9.9\r\n\r\n`,
    `${plainCanary('verb')} / HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${plainCanary('header')}${'y'.repeat(40_000)}\r\n\r\n`,
    `POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nContent-Type: application/json\r\n\r\n{"a":"${plainCanary('half')}`,
  ]) {
    const socket = net.connect(Number(new URL(gateway.httpUrl).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end(raw)
    socket.resume()
    await once(socket, 'close')
  }
}

/** Damage that errors tell of, with what they were given to read. */
async function breakThings(): Promise<void> {
  const origin = gateway.httpUrl.replace('127.0.0.1', 'localhost')
  const browser = browserClient(gateway.httpUrl, origin)
  const password = canaries.get('reset-phrase')
  await browser.post('/api/sign-in', { address: bob, password })
  for (const [name, value] of browser.cookies) known(`last session ${name}`, value)
  const { json } = await browser.get('/api/messages')
  const [first, second] = (json as { items: { id: string }[] }).items
  if (!first || !second) throw new Error('bob has two messages')
  {
    using database = new DatabaseSync(join(directory.path, 'postern.db'), { timeout: 10_000 })
    // V8 quotes what it can't parse.
    // Its ten first characters.
    const quoted = randomBytes(5).toString('hex')
    known('beginning of stored JSON', quoted)
    database
      .prepare('UPDATE copies SET options_json = ? WHERE id = ?')
      .run(`${quoted}${plainCanary('storedJSON')} {`, first.id)
    database
      .prepare(
        'UPDATE bodies SET data = ? WHERE id = (SELECT body_id FROM messages JOIN copies ON copies.message_id = messages.id WHERE copies.id = ?)',
      )
      .run(Buffer.from(canary('broken-body').repeat(20)), second.id)
    database
      .prepare(
        'UPDATE messages SET view_sealed = NULL WHERE id = (SELECT message_id FROM copies WHERE id = ?)',
      )
      .run(second.id)
  }
  expect((await browser.post(`/api/messages/${first.id}/open`)).status).toBe(500)
  await browser.post(`/api/messages/${second.id}/open`)
  await browser.get(`/api/messages/${second.id}/original.eml`).catch(() => undefined)
  const id = (await browser.post('/api/drafts', { kind: 'new' })).json as { id: string }
  await browser.send('PUT', `/api/drafts/${id.id}`, {
    body: JSON.stringify({ subject: canary('draft'), html: '', to: [], cc: [], extra: canary('extra') }),
    headers: { 'content-type': 'application/json' },
  })
}

/** A smart host that does not want us any more, and says so with what it was told. */
async function loseSmartHost(): Promise<void> {
  expect(Buffer.from(authLine.split(' ').at(-1) ?? '', 'base64').toString()).toContain(smartHostPassword)
  refuseAuth = true
  remote.hangUp()
  await using client = await SmtpClient.ready(gateway.smtpPort)
  expect(await client.send(alice, 'last@elsewhere.test', Buffer.from(mail('last@elsewhere.test')))).toMatch(
    /^250/,
  )
  await until(() => linesOf(gateway.log()).some(({ msg }) => msg === 'deferred'), 'the smart host refuses')
}

/** A value as it may stand in a text: as it is, in JSON, percent-encoded, in hex, and in base64 at each of its places. */
function formsOf(value: string | Uint8Array): string[] {
  const bytes = Buffer.from(value)
  const forms = [bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
  for (let before = 0; before < 3; before++) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first and the last character are shared with what stands beside.
    const inner = text.slice(before === 0 ? 0 : before + 1, -1)
    forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'))
  }
  if (typeof value === 'string') {
    const json = JSON.stringify(value).slice(1, -1)
    forms.push(value, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(value), encodeURI(value))
    // The part that nobody else has, wherever the rest was changed.
    const last = value.split(' ').at(-1) ?? value
    if (last.length >= 10) forms.push(last)
  }
  return [...new Set(forms)]
}
