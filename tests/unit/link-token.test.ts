import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type LinkPayload,
  decodeToken,
  encodeToken,
  marker,
  neverExpires,
  shortHash,
  signedBytes,
  verifyToken,
} from '../../shared/link/index.ts'

const pair = generateKeyPairSync('ed25519')
const publicKey = Uint8Array.from(pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))

function tokenOf(payload: LinkPayload, kid = 'ab12'): string {
  return encodeToken(kid, payload, sign(null, signedBytes(kid, payload), pair.privateKey))
}

async function genuine(text: string): Promise<boolean> {
  const token = decodeToken(text)
  return token !== undefined && (await verifyToken(token, publicKey))
}

const example: LinkPayload = {
  purpose: 'message',
  accountHash: '0102030405060708',
  handle: '00112233445566778899aabbccddeeff',
  recipientHash: 'ffeeddccbbaa99887766554433221100',
  issued: 1_795_283_760,
  expires: 1_797_875_760,
}

const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((all) => Buffer.from(all).toString('hex'))
const payloads: fc.Arbitrary<LinkPayload> = fc.record({
  purpose: fc.constant('message' as const),
  accountHash: hex(8),
  handle: hex(16),
  recipientHash: hex(16),
  issued: fc.nat({ max: 0xffff_ffff }),
  expires: fc.nat({ max: neverExpires }),
})
const kids = fc.stringMatching(/^[a-z0-9]{1,16}$/)

describe('a link token', () => {
  test('comes back as it was signed, whatever it locates', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, kids, async (payload, kid) => {
        const text = tokenOf(payload, kid)
        const token = decodeToken(text)
        expect(token?.kid).toBe(kid)
        expect(token?.payload).toEqual(payload)
        expect(text.startsWith(`${marker}.`)).toBe(true)
        expect(await genuine(text)).toBe(true)
      }),
    )
  })

  test('is refused with any one character changed to any other', async () => {
    const text = tokenOf(example)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/%& \n\0é'
    for (let at = 0; at < text.length; at++) {
      for (const other of alphabet) {
        if (other === text[at]) continue
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        if (await genuine(changed)) expect.fail(`taken with ${JSON.stringify(other)} at ${at}`)
      }
    }
  })

  test('is refused with any byte of payload or signature flipped', async () => {
    const [, kid = '', payload = '', signature = ''] = tokenOf(example).split('.')
    for (const [field, text] of [
      ['payload', payload],
      ['signature', signature],
    ] as const) {
      const bytes = Buffer.from(text, 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const other = flipped.toString('base64url')
        const changed = [marker, kid, ...(field === 'payload' ? [other, signature] : [payload, other])].join(
          '.',
        )
        if (await genuine(changed)) expect.fail(`taken with bit ${bit} of the ${field} flipped`)
      }
    }
  })

  test('is refused cut anywhere, at either end', () => {
    const text = tokenOf(example)
    for (let size = 0; size < text.length; size++) {
      expect(decodeToken(text.slice(0, size))).toBeUndefined()
      expect(decodeToken(text.slice(text.length - size))).toBeUndefined()
    }
  })

  test('is refused with anything put before, after or between', () => {
    const text = tokenOf(example)
    for (const more of ['A', '=', '.', '.A', '?a=b', '#x', '/', '%20', ' ', '\n', '\0', '\u200b', '&']) {
      expect(decodeToken(text + more)).toBeUndefined()
      expect(decodeToken(more + text)).toBeUndefined()
      for (let at = 1; at < text.length; at += 7)
        expect(decodeToken(text.slice(0, at) + more + text.slice(at))).toBeUndefined()
    }
  })

  test('is written in one way: no padding, no other alphabet, no unused bits, no capitals in the key id', () => {
    const text = tokenOf(example)
    const [, kid = '', payload = '', signature = ''] = text.split('.')
    expect(decodeToken(`${marker}.${kid}.${payload}=.${signature}`)).toBeUndefined()
    expect(decodeToken(`${marker}.${kid.toUpperCase()}.${payload}.${signature}`)).toBeUndefined()
    expect(decodeToken(text.toUpperCase())).toBeUndefined()
    // 64 bytes leave 4 bits of the 86th character unused: 16 spellings of it decode to the same bytes.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = Array.from(alphabet, (last) => signature.slice(0, -1) + last)
    const same = spellings.filter((other) =>
      Buffer.from(other, 'base64url').equals(Buffer.from(signature, 'base64url')),
    )
    expect(same.length).toBe(16)
    expect(same.filter((other) => decodeToken(`${marker}.${kid}.${payload}.${other}`))).toEqual([signature])
  })

  test('is refused under another version, purpose, key id or key', async () => {
    const [, kid = '', payload = '', signature = ''] = tokenOf(example).split('.')
    const bytes = Buffer.from(payload, 'base64url')
    for (const at of [0, 1]) {
      const other = Buffer.from(bytes)
      other[at] = 2
      expect(decodeToken([marker, kid, other.toString('base64url'), signature].join('.'))).toBeUndefined()
    }
    expect(decodeToken(['postern2', kid, payload, signature].join('.'))).toBeUndefined()
    expect(await genuine([marker, 'ab13', payload, signature].join('.'))).toBe(false)
    const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
    const token = decodeToken(tokenOf(example))
    expect(token && (await verifyToken(token, Uint8Array.from(stranger.subarray(-32))))).toBe(false)
  })

  test('text of any kind is read without harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), kids), (text) => {
        expect(decodeToken(text)).toBeUndefined()
      }),
    )
  })

  test('names account and recipient by hashes alone', async () => {
    expect(await shortHash('abc', 8)).toBe('ba7816bf8f01cfea')
    expect(await shortHash('abc', 16)).toBe('ba7816bf8f01cfea414140de5dae2223')
  })
})

describe('a link that a mail filter has rewritten', () => {
  const url = `https://secure.example.com/m/${tokenOf(example)}`
  const encodedOnce = encodeURIComponent(url)
  // Proofpoint v2: percent-encoded, then `%` is written `-` and `/` is written `_`; `-` and `_` are encoded first.
  const proofpoint = encodeURIComponent(url).replaceAll('-', '%2D').replaceAll('_', '%5F')
  const rewritten: [string, string, (text: string) => string | null][] = [
    ['percent-encoded', encodedOnce, (text) => decodeURIComponent(text)],
    [
      'percent-encoded twice',
      encodeURIComponent(encodedOnce),
      (t) => decodeURIComponent(decodeURIComponent(t)),
    ],
    [
      'every byte percent-encoded',
      Array.from(Buffer.from(url), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
      (text) => decodeURIComponent(text),
    ],
    [
      'Safe Links',
      `https://eur01.safelinks.protection.outlook.com/?url=${encodedOnce}&data=05%7C02%7C&sdata=x%3D&reserved=0`,
      (text) => new URL(text).searchParams.get('url'),
    ],
    [
      'Proofpoint v2',
      `https://urldefense.proofpoint.com/v2/url?u=${proofpoint.replaceAll('%', '-')}&d=DwMFaQ&c=x`,
      (text) =>
        decodeURIComponent(
          (new URL(text).searchParams.get('u') ?? '').replaceAll('-', '%').replaceAll('_', '/'),
        ),
    ],
    [
      'Sophos',
      `https://eu-west-1.protection.sophos.com/?d=example.com&u=${Buffer.from(url).toString('base64')}`,
      (text) => Buffer.from(new URL(text).searchParams.get('u') ?? '', 'base64').toString(),
    ],
  ]

  test.each(rewritten)('%s: is genuine again once unwrapped', async (_, wrapped, unwrap) => {
    const found = unwrap(wrapped)
    expect(found).toBe(url)
    expect(await genuine((found ?? '').slice((found ?? '').lastIndexOf('/') + 1))).toBe(true)
  })

  test.each(rewritten.filter(([name]) => !['every byte percent-encoded', 'Sophos'].includes(name)))(
    '%s: the marker is still seen',
    (_, wrapped) => expect(wrapped).toContain(marker),
  )

  test('nothing in it needs encoding, so no rewriter has a reason to change it', () => {
    fc.assert(
      fc.property(payloads, kids, (payload, kid) => {
        const text = tokenOf(payload, kid)
        expect(encodeURIComponent(text)).toBe(text)
        expect(new URL(text, 'https://secure.example.com/m/').pathname).toBe(`/m/${text}`)
      }),
    )
  })
})
