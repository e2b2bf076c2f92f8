/** DKIM as a receiving server checks it (RFC 6376), written here anew with node:crypto alone. */
import { createHash, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Notice } from '../../gateway/notices/index.ts'
import { everyNotice, factsFor, noticeDesk } from '../fixtures/notice-desk.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dkim = {
  domain: 'example.test',
  selector: 'postern',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
}

/** Section 3.4.2. */
function relaxedHeader(field: string): string {
  const colon = field.indexOf(':')
  const name = field.slice(0, colon).toLowerCase().trim()
  return `${name}:${field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`
}

/** Section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  const text = lines.join('\r\n').replace(/(?:\r\n)+$/, '')
  return text === '' ? '' : `${text}\r\n`
}

function verify(
  message: Buffer,
  key: KeyObject,
): { bodyHash: boolean; signature: boolean; tags: Map<string, string> } {
  const raw = message.toString('latin1')
  const end = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, end).split(/\r\n(?![ \t])/)
  const body = raw.slice(end + 4)
  const own = fields.find((field) => /^dkim-signature:/i.test(field)) ?? ''
  const tags = new Map(
    own
      .slice(own.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .split(';')
      .map((tag) => {
        const equals = tag.indexOf('=')
        return [tag.slice(0, equals).trim(), tag.slice(equals + 1).replace(/\s+/g, '')] as const
      }),
  )
  const rest = fields.filter((field) => field !== own)
  const signed = (tags.get('h') ?? '').split(':').flatMap((name) => {
    // From the bottom up, each once (section 5.4.2).
    const at = rest.findLastIndex((field) => relaxedHeader(field).startsWith(`${name.toLowerCase()}:`))
    return at < 0 ? [] : rest.splice(at, 1).map(relaxedHeader)
  })
  const unsigned = relaxedHeader(own).replace(/(;\s*b=)[^;]*/, '$1')
  const input = [...signed, unsigned].join('\r\n')
  return {
    bodyHash: createHash('sha256').update(relaxedBody(body), 'latin1').digest('base64') === tags.get('bh'),
    signature: createVerify('RSA-SHA256')
      .update(input, 'latin1')
      .verify(key, tags.get('b') ?? '', 'base64'),
    tags,
  }
}

const types = Object.keys(everyNotice('')) as Notice['type'][]

describe('where the account has a DKIM key', () => {
  test.each(types)('a %s is signed, whole and for the domain in From', async (type) => {
    await using desk = await noticeDesk({ language: 'de', settings: { dkim }, facts: factsFor(type) })
    const { message } = await desk.write(everyNotice(desk.person.id)[type])
    const { bodyHash, signature, tags } = verify(message, publicKey)
    expect(bodyHash).toBe(true)
    expect(signature).toBe(true)
    expect(tags.get('d')).toBe('example.test')
    expect(tags.get('s')).toBe('postern')
    expect(tags.get('a')).toBe('rsa-sha256')
    const names = (tags.get('h') ?? '').toLowerCase().split(':')
    for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'content-type'])
      expect(names).toContain(name)
  })

  test('a changed body, From or Reply-To is noticed', async () => {
    await using desk = await noticeDesk({ settings: { dkim } })
    const raw = (await desk.write(everyNotice('').notification)).message.toString('latin1')
    const judge = (text: string) => verify(Buffer.from(text, 'latin1'), publicKey)
    expect(judge(raw)).toMatchObject({ bodyHash: true, signature: true })
    expect(judge(raw.replace('Read the message', 'Read this message')).bodyHash).toBe(false)
    expect(judge(raw.replace('postern@example.test>', 'postern@example.test >')).signature).toBe(false)
    expect(judge(raw.replace(' r+0', ' r+1')).signature).toBe(false)
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    expect(verify(Buffer.from(raw, 'latin1'), stranger).signature).toBe(false)
  })

  test('a key that cannot sign stops the notice, rather than let it leave unsigned', async () => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
    await using desk = await noticeDesk({ settings: { dkim: { ...dkim, privateKey: other } } })
    await expect(desk.write(everyNotice('').notification)).rejects.toThrow('only RSA can sign')
  })
})

test('without a key a notice is not signed', async () => {
  await using desk = await noticeDesk()
  expect((await desk.write(everyNotice('').notification)).message.toString()).not.toMatch(/dkim/i)
})
