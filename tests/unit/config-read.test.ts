import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changeSettings, describeKeys, readConfig } from '../../gateway/config/index.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'postern-config-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const write = (settings: unknown) => writeFile(join(dataDir, 'postern.json'), JSON.stringify(settings))
const read = (environment: Record<string, string> = {}) =>
  readConfig({ POSTERN_DATA: dataDir, ...environment })
const refusal = async (environment: Record<string, string> = {}) => {
  const error: unknown = await read(environment).catch((caught: unknown) => caught)
  return error instanceof Error ? error.message : 'it was taken'
}

describe('reading the configuration', () => {
  test('without any file or variable there is a sandbox on loopback', async () => {
    expect(await read()).toMatchObject({
      dataDir,
      host: '127.0.0.1',
      smtpPort: 2525,
      smtpsPort: null,
      httpPort: 8080,
      smartHost: null,
      origin: null,
      networks: ['127.0.0.0/8', '::1/128'],
      sizeLimit: 50 * 1024 * 1024,
    })
  })

  test('a variable wins over the file, the command line over both', async () => {
    await write({ smtpPort: 26, httpPort: 81, logLevel: 'warn' })
    const environment = { POSTERN_DATA: dataDir, POSTERN_SMTP_PORT: '27', POSTERN_HTTP_PORT: '82' }
    const config = await readConfig(environment, { httpPort: 83 })
    expect(config).toMatchObject({ smtpPort: 27, httpPort: 83, logLevel: 'warn' })
  })

  test('an empty variable counts as none', async () => {
    await write({ smtpPort: 26 })
    expect(await read({ POSTERN_SMTP_PORT: '' })).toMatchObject({ smtpPort: 26 })
  })

  test.each([
    ['mail.example.com', { host: 'mail.example.com', port: 25, secure: false }],
    ['mail.example.com:587', { host: 'mail.example.com', port: 587, secure: false }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, secure: true }],
    ['[::1]:2526', { host: '::1', port: 2526, secure: false }],
  ])('smart host %s', async (text, smartHost) => {
    expect((await read({ POSTERN_SMART_HOST: text })).smartHost).toEqual(smartHost)
  })

  test.each([
    ['50 MB', 52_428_800],
    ['200000', 200_000],
    ['1.5 MB', 1_572_864],
  ])('size %s', async (text, bytes) => {
    expect((await read({ POSTERN_SIZE_LIMIT: text })).sizeLimit).toBe(bytes)
  })

  test('routes name a domain and where its mail goes, in order', async () => {
    const POSTERN_ROUTES = 'Partner.example smtps://mail.partner.example, *.example.org mx, * 127.0.0.1:2526'
    expect((await read({ POSTERN_ROUTES })).routes).toEqual([
      { domain: 'partner.example', via: { host: 'mail.partner.example', port: 465, secure: true } },
      { domain: '*.example.org', via: 'mx' },
      { domain: '*', via: { host: '127.0.0.1', port: 2526, secure: false } },
    ])
  })

  test('routes and switches can stand in the file as they are thought of', async () => {
    await write({ routes: ['* mx'], softBounce: true, trustDnssec: false, workers: 2 })
    expect(await read()).toMatchObject({
      routes: [{ domain: '*', via: 'mx' }],
      softBounce: true,
      trustDnssec: false,
      workers: 2,
    })
  })

  test('networks are separated by commas', async () => {
    expect((await read({ POSTERN_NETWORKS: '10.0.0.0/8, 192.168.1.1' })).networks).toEqual([
      '10.0.0.0/8',
      '192.168.1.1',
    ])
  })

  test('an origin is kept without its slash', async () => {
    expect((await read({ POSTERN_ORIGIN: 'https://secure.example.com/' })).origin).toBe(
      'https://secure.example.com',
    )
  })
})

describe('a wrong configuration is refused', () => {
  test.each([
    ['POSTERN_SMTP_PORT', '99999', 'a port from 0 to 65535'],
    ['POSTERN_HTTP_PORT', 'http', 'a port from 0 to 65535'],
    ['POSTERN_ORIGIN', 'secure.example.com', 'https://secure.example.com'],
    ['POSTERN_ORIGIN', 'https://secure.example.com/portal', 'scheme, host and port alone'],
    ['POSTERN_ORIGIN', 'https://me:secret@example.com', 'scheme, host and port alone'],
    ['POSTERN_SMART_HOST', 'http://mail.example.com', 'mail.example.com:587'],
    ['POSTERN_NETWORKS', '10.0.0.0/8,everyone', 'separated by commas'],
    ['POSTERN_SIZE_LIMIT', 'huge', '50 MB'],
    ['POSTERN_SIZE_LIMIT', '2 GB', '100 KB to 1 GB'],
    ['POSTERN_LOG_LEVEL', 'loud', 'one of silent, fatal'],
    ['POSTERN_TRUST_PROXY', 'yes', 'IP addresses or networks of your proxies'],
  ])('%s=%s names the variable and what to write', async (variable, value, advice) => {
    const message = await refusal({ [variable]: value })
    expect(message).toContain(variable)
    expect(message).toContain(JSON.stringify(value))
    expect(message).toContain(advice)
  })

  test.each([
    [{ POSTERN_ROUTES: 'partner.example' }, 'POSTERN_ROUTES'],
    [{ POSTERN_ROUTES: 'a@partner.example mx' }, 'POSTERN_ROUTES'],
    [{ POSTERN_ROUTES: '* http://example.org' }, 'POSTERN_ROUTES'],
    [{ POSTERN_SOFT_BOUNCE: 'yes' }, 'Write true or false'],
    [{ POSTERN_DNS_SERVERS: 'dns.example' }, 'POSTERN_DNS_SERVERS'],
    [{ POSTERN_SMART_HOST_TLS: 'verify' }, 'smartHostTls is written but smartHost is not'],
    [{ POSTERN_SMART_HOST_SCOPE: 'mail' }, 'smartHostScope is written but smartHostTokenUrl is not'],
    [
      { POSTERN_SMART_HOST: 'mail.example', POSTERN_SMART_HOST_TOKEN_URL: 'https://login.example/token' },
      'smartHostTokenUrl needs smartHostUser',
    ],
  ])('%j', async (environment, words) => {
    expect(await refusal(environment as Record<string, string>)).toContain(words)
  })

  test('a key that does not exist names the file and the key that was meant', async () => {
    await write({ smtpPrt: 25 })
    const message = await refusal()
    expect(message).toContain(`smtpPrt in ${join(dataDir, 'postern.json')}`)
    expect(message).toContain('Did you mean smtpPort?')
  })

  test('all wrong keys are named at once', async () => {
    await write({ smtpPort: -1, httpPort: 1.5 })
    const message = await refusal()
    expect(message).toContain('smtpPort')
    expect(message).toContain('httpPort')
  })

  test('a password is never shown', async () => {
    await write({ smartHostPassword: ['hunter2'] })
    expect(await refusal()).not.toContain('hunter2')
  })

  test.each([
    [{ tlsCert: '/cert.pem' }, 'tlsCert and tlsKey'],
    [{ smartHost: 'mail.example.com', smartHostUser: 'me' }, 'smartHostPassword'],
    [{ smartHostUser: 'me', smartHostPassword: 'x' }, 'smart host as well'],
  ])('%j says what is missing', async (settings, advice) => {
    await write(settings)
    expect(await refusal()).toContain(advice)
  })

  test('a file that is no JSON is named', async () => {
    await writeFile(join(dataDir, 'postern.json'), '{ smtpPort: 1')
    expect(await refusal()).toContain(join(dataDir, 'postern.json'))
    await writeFile(join(dataDir, 'postern.json'), '[]')
    expect(await refusal()).toContain('one JSON object')
  })
})

test('a mistyped variable is noticed but does not stop the gateway', async () => {
  const config = await read({ POSTERN_SMPT_PORT: '25', POSTERN_SERVICE_HOST: '10.0.0.1' })
  expect(config.unknownVariables).toEqual(['POSTERN_SMPT_PORT', 'POSTERN_SERVICE_HOST'])
})

test('only what was set stands in postern.json', async () => {
  await changeSettings(dataDir, { httpPort: 8181 })
  await changeSettings(dataDir, { logLevel: 'debug' })
  expect(JSON.parse(await readFile(join(dataDir, 'postern.json'), 'utf8'))).toEqual({
    httpPort: 8181,
    logLevel: 'debug',
  })
  await expect(changeSettings(dataDir, { httpPort: 70_000 })).rejects.toThrow('httpPort')
})

test('every key says what it means, what to write, and its variable', () => {
  for (const { key, variable, description, write: advice } of describeKeys()) {
    expect(description, key).toMatch(/\.$/)
    expect(advice, key).not.toBe('')
    expect(variable, key).toMatch(/^POSTERN_[A-Z]+(_[A-Z]+)*$/)
  }
})
