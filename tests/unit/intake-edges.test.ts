import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownCertificate } from '../../gateway/intake/index.ts'
import { networks } from '../../gateway/intake/networks.ts'
import { SmtpError, asSmtpError } from '../../gateway/intake/smtp-error.ts'
import { Problem } from '../../gateway/problem.ts'

describe('listed networks', () => {
  const listed = networks(['127.0.0.0/8', '10.1.2.3', '2001:db8::/32', '::1/128'])
  const table: [address: string, inside: boolean][] = [
    ['127.0.0.1', true],
    ['127.255.255.255', true],
    ['::ffff:127.0.0.1', true],
    ['128.0.0.1', false],
    ['10.1.2.3', true],
    ['10.1.2.4', false],
    ['2001:db8:1::5', true],
    ['2001:db9::1', false],
    ['::1', true],
    ['::2', false],
    ['', false],
    ['localhost', false],
  ]
  for (const [address, inside] of table) {
    test(`${address || 'nothing'} is ${inside ? 'listed' : 'not listed'}`, () => {
      expect(listed(address)).toBe(inside)
    })
  }

  test('an empty list lists nobody, and what is no network is refused', () => {
    expect(networks([])('127.0.0.1')).toBe(false)
    expect(() => networks(['everyone'])).toThrow(/everyone/)
    expect(() => networks(['10.0.0.0/99'])).toThrow(/10\.0\.0\.0\/99/)
  })
})

describe('what the peer is told', () => {
  test('an unforeseen error is temporary and says nothing about us', () => {
    const told = asSmtpError(new Error('SQLITE_FULL at /var/lib/postern'))
    expect(told.responseCode).toBe(451)
    expect(told.message).not.toMatch(/sqlite|postern/i)
    expect(told.cause).toBeInstanceOf(Error)
  })

  test('a problem that trying again cannot solve is permanent, one of ours or of limits is not', () => {
    const code = (status: number) => asSmtpError(new Problem('x', status, 'Told.')).responseCode
    expect([400, 403, 404, 410, 413, 429, 500, 503].map(code)).toEqual([
      550, 550, 550, 550, 552, 451, 451, 451,
    ])
    expect(asSmtpError(new Problem('x', 410, 'It has expired.')).message).toBe('5.1.1 It has expired.')
  })

  test('a full disk is told as one, and is temporary', () => {
    const told = asSmtpError(new Problem('store-full', 503, 'The gateway can store nothing.'))
    expect([told.responseCode, told.status]).toEqual([452, '4.3.1'])
  })

  test('a refusal stays what it is', () => {
    const refusal = new SmtpError(552, '5.3.4', 'Too large')
    expect(asSmtpError(refusal)).toBe(refusal)
  })
})

describe('the certificate of its own', () => {
  let directory: string
  const now = () => Date.parse('2026-11-21T12:00:00Z')
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-cert-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  test('is made on the first start, for the name, with a key nobody else can read, and kept', async () => {
    const made = await ownCertificate({ directory, hostname: 'gw.example.test', now })
    const certificate = new X509Certificate(made.cert)
    expect(certificate.checkHost('gw.example.test')).toBe('gw.example.test')
    expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true)
    expect((await stat(join(directory, 'smtp-key.pem'))).mode & 0o777).toBe(0o600)
    expect(await ownCertificate({ directory, hostname: 'gw.example.test', now })).toEqual(made)
  })

  test('is made again for another name, before it ends, and where it was damaged', async () => {
    const made = await ownCertificate({ directory, hostname: 'gw.example.test', now })
    const renamed = await ownCertificate({ directory, hostname: 'mx.example.test', now })
    expect(renamed.cert).not.toBe(made.cert)
    const later = () => now() + 800 * 86_400_000
    const renewed = await ownCertificate({ directory, hostname: 'mx.example.test', now: later })
    expect(renewed.cert).not.toBe(renamed.cert)
    await writeFile(join(directory, 'smtp-cert.pem'), 'damaged')
    const repaired = await ownCertificate({ directory, hostname: 'mx.example.test', now: later })
    expect(new X509Certificate(repaired.cert).checkPrivateKey(createPrivateKey(repaired.key))).toBe(true)
  })
})
