import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type Description,
  type Unsigned,
  descriptionBytes,
  fingerprint,
  isCurrent,
  isTitle,
  mostHandings,
  mostKeys,
  readDescription,
  rootSuccession,
  successionBytes,
  verifyDescription,
} from '../../shared/link/index.ts'

interface Root {
  readonly publicKey: string
  readonly privateKey: KeyObject
}

function newRoot(): Root {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  return { publicKey: raw.toString('base64url'), privateKey }
}

const handing = (from: Root, to: Root) => ({
  from: from.publicKey,
  to: to.publicKey,
  signature: sign(null, successionBytes(from.publicKey, to.publicKey), from.privateKey).toString('base64url'),
})

const linkKey = (kid: string) => ({ kid, algorithm: 'Ed25519' as const, publicKey: newRoot().publicKey })
const [first, second, third, stranger] = [newRoot(), newRoot(), newRoot(), newRoot()]
const issued = Date.UTC(2026, 10, 21) / 1000

const unsigned: Unsigned = {
  name: 'postern',
  version: 1,
  portal: 'https://secure.example.com',
  keys: [linkKey('abcd1234'), linkKey('old1')],
  title: 'Grüße aus der Klinik ✉',
  sequence: issued * 1000 - 5,
  issued,
  validUntil: issued + 30 * 24 * 3600,
  rootKey: third.publicKey,
  succession: [handing(first, second), handing(second, third)],
}
const signed = (it: Unsigned, root = third): Description => ({
  ...it,
  signature: sign(null, descriptionBytes(it), root.privateKey).toString('base64url'),
})
const description = signed(unsigned)

/** As it comes over the wire. */
async function accepted(text: string): Promise<boolean> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return false
  }
  const read = readDescription(json)
  return read !== undefined && (await verifyDescription(read))
}

describe('a description', () => {
  test('is read as it was written, and its signature holds', async () => {
    expect(readDescription(JSON.parse(JSON.stringify(description)))).toEqual(description)
    expect(await accepted(JSON.stringify(description))).toBe(true)
  })

  test('says the same whatever the order of its fields', async () => {
    const turned = Object.fromEntries(Object.entries(description).toReversed())
    expect(await accepted(JSON.stringify(turned))).toBe(true)
  })

  test('with any one byte flipped is refused', async () => {
    const bytes = Buffer.from(JSON.stringify(description))
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ bit
        expect(await accepted(changed.toString('utf8')), `byte ${at}, bit ${bit}`).toBe(false)
      }
    }
  })

  test('without one of its fields, or with another one, is refused', () => {
    for (const name of Object.keys(description)) {
      const rest = Object.entries(description).filter(([one]) => one !== name)
      expect(readDescription(Object.fromEntries(rest)), name).toBeUndefined()
    }
    for (const name of ['revoked', '__proto__', 'constructor', 'Name', '']) {
      const more = JSON.parse(`{${JSON.stringify(name)}:1,${JSON.stringify(description).slice(1)}`) as unknown
      expect(readDescription(more), name).toBeUndefined()
    }
    const [key] = description.keys
    const [step] = description.succession
    expect(readDescription({ ...description, keys: [{ ...key, use: 'sig' }] })).toBeUndefined()
    expect(readDescription({ ...description, keys: [{ kid: 'a', algorithm: 'Ed25519' }] })).toBeUndefined()
    expect(readDescription({ ...description, succession: [{ ...step, at: 1 }] })).toBeUndefined()
  })

  test('that inherits its fields is refused', () => {
    expect(readDescription(Object.create(description))).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'postern'],
    ['a list', [description]],
    ['another name', { ...description, name: 'other' }],
    ['another version', { ...description, version: 2 }],
    ['a version in words', { ...description, version: '1' }],
    ['a portal with a path', { ...description, portal: 'https://secure.example.com/' }],
    ['a portal with a user', { ...description, portal: 'https://a@secure.example.com' }],
    ['a portal in capitals', { ...description, portal: 'https://Secure.example.com' }],
    ['a portal with the usual port', { ...description, portal: 'https://secure.example.com:443' }],
    ['a portal that runs something', { ...description, portal: 'javascript:alert(1)' }],
    ['a portal that is a file', { ...description, portal: 'file:///etc/passwd' }],
    ['no link key', { ...description, keys: [] }],
    ['keys that are no list', { ...description, keys: { 0: description.keys[0], length: 1 } }],
    ['two keys of one id', { ...description, keys: [linkKey('a'), linkKey('a')] }],
    ['a key id with a line break', { ...description, keys: [linkKey('a\nkey')] }],
    ['a key of another kind', { ...description, keys: [{ ...linkKey('a'), algorithm: 'RS256' }] }],
    ['a key cut short', { ...description, keys: [{ ...linkKey('a'), publicKey: 'AAAA' }] }],
    ['a key with padding', { ...description, rootKey: `${description.rootKey}=` }],
    ['a signature in another alphabet', { ...description, signature: `+/${description.signature.slice(2)}` }],
    ['a negative number', { ...description, sequence: -1 }],
    ['half a millisecond', { ...description, sequence: 0.5 }],
    ['a number too large to be exact', { ...description, sequence: 2 ** 53 }],
    ['a number as text', { ...description, issued: String(issued) }],
    ['an end before its beginning', { ...description, validUntil: issued }],
    [
      'too many keys',
      { ...description, keys: Array.from({ length: mostKeys + 1 }, (_, i) => linkKey(`k${i}`)) },
    ],
  ])('is refused: %s', (_what, json) => {
    expect(readDescription(json)).toBeUndefined()
  })

  test('takes as many keys and changes of the root key as the lists may have, within 64 KB', async () => {
    const roots = Array.from({ length: mostHandings + 1 }, newRoot)
    const steps = roots.slice(1).map((to, index) => handing(roots[index] ?? first, to))
    const [oldest = first, last = first] = [roots[0], roots.at(-1)]
    const keys = Array.from({ length: mostKeys }, (_, i) => linkKey(`kid${String(i).padStart(13, '0')}`))
    const full = signed({ ...unsigned, keys, rootKey: last.publicKey, succession: steps }, last)
    const text = JSON.stringify(full)
    expect(text.length).toBeLessThan(64 * 1024)
    expect(await accepted(text)).toBe(true)
    expect(await rootSuccession(full, oldest.publicKey)).toBe(true)
    const more = [...steps, handing(last, stranger)]
    expect(readDescription({ ...full, rootKey: stranger.publicKey, succession: more })).toBeUndefined()
  })
})

describe('the name of a gateway', () => {
  test.each([
    '',
    ' Bank',
    'Bank ',
    'a\nroot x',
    'a\u202Eb',
    'a\u200Bb',
    'a\u2028b',
    '\u0000',
    '\uD800',
    'x'.repeat(101),
  ])('is not %j', (title) => {
    expect(isTitle(title)).toBe(false)
    expect(readDescription({ ...description, title })).toBeUndefined()
  })

  test.each(['Example Corp', 'secure.example.com:8443', '診療所', 'مستشفى', "Bob's <b>bank</b>"])(
    'may be %j',
    (title) => {
      expect(isTitle(title)).toBe(true)
    },
  )
})

describe('who vouches for it', () => {
  test('another root key than the one it names does not', async () => {
    expect(await verifyDescription(signed(unsigned, stranger))).toBe(false)
  })

  test('a root key that is no point of the curve does not, and does no harm', async () => {
    const rootKey = Buffer.alloc(32, 0xff).toString('base64url')
    expect(await verifyDescription(signed({ ...unsigned, rootKey, succession: [] }))).toBe(false)
  })

  test('whoever pinned the root key of now, or any before it, trusts it', async () => {
    for (const { publicKey } of [first, second, third]) {
      expect(await rootSuccession(description, publicKey)).toBe(true)
    }
  })

  test('whoever pinned another root key does not', async () => {
    expect(await rootSuccession(description, stranger.publicKey)).toBe(false)
    expect(await rootSuccession(description, '')).toBe(false)
  })

  test('a change that the earlier key has not signed leads nowhere', async () => {
    const forged = { ...handing(stranger, third), from: second.publicKey }
    const broken = signed({ ...unsigned, succession: [handing(first, second), forged] })
    expect(await verifyDescription(broken)).toBe(true)
    expect(await rootSuccession(broken, first.publicKey)).toBe(false)
    expect(await rootSuccession(broken, second.publicKey)).toBe(false)
    expect(await rootSuccession(broken, third.publicKey)).toBe(true)
  })

  test('a chain with a gap, turned round, in a circle, or ending at another key is no chain', () => {
    for (const succession of [
      [handing(first, second), handing(stranger, third)],
      [handing(second, third), handing(first, second)],
      [handing(third, second), handing(second, third)],
      [handing(first, first), handing(first, third)],
      [handing(first, second)],
    ]) {
      expect(readDescription({ ...description, succession })).toBeUndefined()
    }
  })

  test('the signature of a description is none of a change of the root key, nor the other way round', () => {
    const text = new TextDecoder()
    expect(text.decode(descriptionBytes(unsigned))).toMatch(/^postern\/description\/v1\n/)
    expect(text.decode(successionBytes('a', 'b'))).toBe('postern/root-succession/v1\na\nb\n')
  })

  test('people compare a fingerprint of 64 hex digits', async () => {
    // SHA-256 of 32 zero bytes.
    expect(await fingerprint('A'.repeat(43))).toBe(
      '6668 7aad f862 bd77 6c8f c18b 8e9f 8e20 0897 1485 6ee2 33b3 902a 591d 0d5f 2925',
    )
    await expect(fingerprint('short')).rejects.toThrow('not a public key')
  })
})

test('what is signed never changes its form', () => {
  const fixed: Unsigned = {
    ...unsigned,
    keys: [{ kid: 'k1', algorithm: 'Ed25519', publicKey: 'P' }],
    title: 'T',
    sequence: 3,
    issued: 1,
    validUntil: 2,
    rootKey: 'R',
    succession: [{ from: 'F', to: 'R', signature: 'S' }],
  }
  expect(new TextDecoder().decode(descriptionBytes(fixed))).toBe(
    'postern/description/v1\nportal https://secure.example.com\nkey k1 Ed25519 P\ntitle T\nsequence 3\nissued 1\nvalid-until 2\nsuccession F R S\nroot R\n',
  )
})

test('clocks may be ten minutes apart, and no more', () => {
  const { validUntil } = description
  const minutes = (count: number) => count * 60
  for (const [seconds, current] of [
    [issued - minutes(11), false],
    [issued - minutes(10), true],
    [issued, true],
    [validUntil - 1, true],
    [validUntil + minutes(10) - 1, true],
    [validUntil + minutes(10), false],
  ] as const) {
    expect(isCurrent(description, seconds * 1000), String(seconds - issued)).toBe(current)
  }
})
