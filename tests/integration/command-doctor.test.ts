import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { examine } from '../../gateway/commands/doctor/doctor.ts'
import type { WrittenSettings } from '../../gateway/config/index.ts'
import { type TestGateway, startTestGateway, testConfig } from '../fixtures/gateway.ts'
import { startSmtpServer } from '../peers/smtp-server.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'postern-doctor-'))
  await chmod(dataDir, 0o700)
})
afterEach(() => rm(dataDir, { recursive: true }))

const nowhere = {
  txt: async () => Promise.reject(new Error('ENOTFOUND')),
  addresses: async () => Promise.reject(new Error('ENOTFOUND')),
}

/** What doctor says of a check: [state, detail and advice]. */
async function look(
  check: string,
  settings: WrittenSettings,
  world: Partial<typeof nowhere> = {},
  where = dataDir,
) {
  const findings = await examine(await testConfig(where, settings), { ...nowhere, ...world })
  return findings
    .filter((one) => one.check === check)
    .map(({ state, detail, advice = '' }) => `${state}: ${detail} ${advice}`)
    .join('\n')
}

test('a fresh sandbox has nothing to repair', async () => {
  const findings = await examine(await testConfig(dataDir), nowhere)
  expect(findings.filter(({ state, check }) => state !== 'ok' && check !== 'pages')).toEqual([])
})

test('every finding that is not well says what to do', async () => {
  await chmod(dataDir, 0o755)
  const settings = { host: '0.0.0.0', origin: 'http://secure.example.com', tlsCert: '/no', tlsKey: '/no' }
  const findings = await examine(await testConfig(dataDir, settings), nowhere)
  const unwell = findings.filter(({ state }) => state !== 'ok')
  expect(unwell.length).toBeGreaterThan(4)
  for (const { advice, check } of unwell) expect(advice, check).toBeTruthy()
})

test('the data directory', async () => {
  expect(await look('data directory', {}, {}, join(dataDir, 'none'))).toContain('warning: ')
  await chmod(dataDir, 0o755)
  expect(await look('data directory', {})).toContain('chmod 700')
})

describe('the master key', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway()
  })
  afterAll(() => gateway[Symbol.asyncDispose]())
  const key = () => join(gateway.dataDir, 'keys', 'master.key')

  test('that others can read is found', async () => {
    expect(await look('master key', {}, {}, gateway.dataDir)).toMatch(/^ok/)
    await chmod(key(), 0o644)
    expect(await look('master key', {}, {}, gateway.dataDir)).toContain('chmod 600')
  })

  test('that is lost is found, and no new one made in its place', async () => {
    await rm(key())
    expect(await look('master key', {}, {}, gateway.dataDir)).toMatch(
      /^problem: .*Restore it from your backup/,
    )
    expect(await look('master key', {}, {}, gateway.dataDir)).toMatch(/^problem/)
  })
})

describe('the ports', () => {
  let other: Server
  let port: number
  beforeAll(async () => {
    other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    port = (other.address() as AddressInfo).port
  })
  afterAll(() => new Promise((resolve) => other.close(resolve)))

  test('that another program has are found', async () => {
    expect(await look(`port ${port}`, { smtpPort: port })).toMatch(
      /^problem: SMTP: another program has it\..*POSTERN_SMTP_PORT/,
    )
  })

  test('that the gateway itself has are well', async () => {
    await using gateway = await startTestGateway()
    const httpPort = Number(new URL(gateway.httpUrl).port)
    const settings = { smtpPort: gateway.smtpPort, httpPort }
    expect(await look(`port ${httpPort}`, settings)).toBe('ok: HTTP: a gateway is running. ')
  })
})

describe('the origin', () => {
  test.each([
    [{ smartHost: '127.0.0.1:9' }, /^problem: Links lead to localhost/],
    [{ origin: 'http://secure.example.com' }, /problem: .* is not https/],
    [{ origin: 'https://secure.example.com' }, /problem: secure\.example\.com is not known in DNS/],
  ])('%j', async (settings, says) => {
    expect(await look('origin', settings)).toMatch(says)
  })

  test('that is known in DNS is well', async () => {
    const addresses = async () => Promise.resolve(['192.0.2.1'] as never)
    expect(await look('origin', { origin: 'https://secure.example.com' }, { addresses })).toMatch(/^ok/)
  })

  test('a sandbox that others reach is warned of', async () => {
    expect(await look('sandbox', { host: '0.0.0.0' })).toMatch(/^warning: .*outbox/)
  })
})

describe('the smart host', () => {
  const servers = new AsyncDisposableStack()
  afterAll(() => servers.disposeAsync())
  const listening = async (options: SMTPServerOptions) =>
    `127.0.0.1:${servers.use(await startSmtpServer(options)).port}`

  test('that does not answer is found', async () => {
    expect(await look('smart host', { smartHost: '127.0.0.1:9' })).toMatch(
      /^problem: 127\.0\.0\.1:9 can't be reached/,
    )
  })

  test('with STARTTLS is well, without it is warned of', async () => {
    const secure = await listening({})
    expect(await look('smart host', { smartHost: secure })).toMatch(/^ok: .* with TLS/)
    const plain = await listening({ disabledCommands: ['STARTTLS'] })
    expect(await look('smart host', { smartHost: plain })).toMatch(/^warning: .* no TLS/)
  })

  test('that does not take the password is found', async () => {
    const smartHost = await listening({
      onAuth: ({ password }, _session, done) =>
        password === 'right' ? done(null, { user: 'me' }) : done(new Error('wrong')),
    })
    const login = { smartHost, smartHostUser: 'me' }
    expect(await look('smart host login', { ...login, smartHostPassword: 'right' })).toMatch(/^ok/)
    expect(await look('smart host login', { ...login, smartHostPassword: 'left' })).toMatch(/^problem/)
  })
})

test('a DKIM key that is not in DNS, or another one, is found', async () => {
  await using gateway = await startTestGateway()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [account] = await gateway.people.accounts()
  await gateway.people.changeSettings(account?.id ?? '', {
    dkim: {
      domain: 'example.test',
      selector: 's1',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
  })
  const ours = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const published = (text: string) => ({
    txt: async (name: string) =>
      name === 's1._domainkey.example.test'
        ? Promise.resolve([text] as never)
        : Promise.reject(new Error('none')),
  })
  const check = (world: object) => look('DKIM of example', {}, world, gateway.dataDir)
  expect(await check({})).toContain(`v=DKIM1; k=rsa; p=${ours}`)
  expect(await check(published('v=DKIM1; p=AAAA'))).toMatch(/^problem: .* another key/)
  expect(await check(published(`v=DKIM1; k=rsa; p=${ours}`))).toMatch(/^ok/)
})

test('a certificate file that is none is found', async () => {
  const file = join(dataDir, 'cert.pem')
  await writeFile(file, 'nothing')
  expect(await look('certificate', { tlsCert: file, tlsKey: file })).toMatch(/^problem/)
})
