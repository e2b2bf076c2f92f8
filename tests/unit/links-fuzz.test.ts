/** A genuine link changed in any way is never genuine, and nothing makes the part throw. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  badgesFor,
  findInHref,
  findInText,
  judge,
  mayBeMarked,
  needsKey,
  replyAddressIn,
  unwrap,
} from '../../extension/links/index.ts'
import type { Found } from '../../extension/protocol.ts'
import { now, testGateway } from '../fixtures/links/gateway.ts'
import { rewriters } from '../fixtures/links/rewriters.ts'

const gateway = testGateway('https://secure.example.com')
const trusted = [gateway.trust, testGateway('https://gw.postern.example', 'k1').trust]
const link = gateway.link()
const token = gateway.token()

const state = async (found: Found) => (await judge(found, trusted, now)).state
const bytes = Array.from({ length: 256 }, (_, at) => String.fromCharCode(at))

/** fast-check's table of Unicode alone takes seconds on a busy machine. */
const timeout = 60_000

describe('a genuine link', { timeout }, () => {
  test('with any byte of it changed to any other is not genuine', async () => {
    for (let at = 0; at < link.length; at++) {
      // All 256 at every place would be 55,000 signatures; the alphabet of links is all of it that decodes.
      const others = at % 16 === 0 ? bytes : Array.from('AaZz09-_./:?#@%\\ \n\t\0ÿ')
      for (const other of others) {
        if (other === link[at]) continue
        const value = link.slice(0, at) + other + link.slice(at + 1)
        if ((await state({ kind: 'link', value })) === 'genuine')
          expect.fail(`genuine with ${JSON.stringify(other)} at ${at}`)
      }
    }
  })

  test('with any bit of it flipped is not genuine', async () => {
    for (let at = 0; at < link.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const value =
          link.slice(0, at) + String.fromCharCode(link.charCodeAt(at) ^ (1 << bit)) + link.slice(at + 1)
        if ((await state({ kind: 'link', value })) === 'genuine')
          expect.fail(`genuine with bit ${bit} at ${at} flipped`)
      }
    }
  })

  test('cut anywhere is not genuine', async () => {
    for (let size = 0; size < link.length; size++) {
      expect(await state({ kind: 'link', value: link.slice(0, size) })).not.toBe('genuine')
      expect(await state({ kind: 'link', value: link.slice(link.length - size) })).not.toBe('genuine')
    }
  })

  test('with any byte before, within or behind it is not genuine', async () => {
    for (const more of bytes) {
      for (const at of [0, 8, link.length - token.length, link.length - 5, link.length]) {
        const value = link.slice(0, at) + more + link.slice(at)
        if ((await state({ kind: 'link', value })) === 'genuine')
          expect.fail(`genuine with ${JSON.stringify(more)} at ${at}`)
      }
    }
  })

  test('its code neither', async () => {
    for (const more of bytes) {
      expect(await state({ kind: 'code', value: token + more })).not.toBe('genuine')
      expect(await state({ kind: 'code', value: more + token })).not.toBe('genuine')
    }
    for (let size = 0; size < token.length; size++)
      expect(await state({ kind: 'code', value: token.slice(0, size) })).toBe('none')
  })

  test('rewritten, then changed, is genuine only where it still leads to exactly the same', async () => {
    const change = fc.tuple(
      fc.constantFrom(...rewriters),
      fc.nat(),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.nat({ max: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(change, async ([{ wrap }, place, put, cut]) => {
        const href = wrap(link)
        const at = place % href.length
        const changed = href.slice(0, at) + put + href.slice(at + cut)
        const found = findInHref(changed, 'Read', { unwrap: true })
        if (found && (await state(found)) === 'genuine') expect(found.value).toBe(link)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('anything at all', { timeout }, () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc
      .tuple(
        fc.string({ maxLength: 30 }),
        fc.constantFrom(link, token, 'postern1.', '@', '/m/'),
        fc.string({ unit: 'binary', maxLength: 30 }),
      )
      .map((all) => all.join('')),
    fc
      .tuple(fc.domain(), fc.constantFrom(token, 'postern1', 'postern1.k1.AAAAAAAAAAAAAAAAAAAA'))
      .map(([host, path]) => `https://${host}/m/${path}`),
    fc
      .string({ unit: fc.constantFrom(...Array.from('аеосp.xn--1l0@:/%2F\u00AD\n')), maxLength: 40 })
      .map((host) => `https://${host}/m/${token}`),
  )

  test('is looked at without harm', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.boolean(), async (one, other, unwrapping) => {
        mayBeMarked(one)
        unwrap(one)
        replyAddressIn(one)
        const found: (Found | undefined)[] = [
          findInHref(one, other, { unwrap: unwrapping }),
          ...findInText(one),
          ...findInText(`${one}\n${other}`),
          { kind: 'link', value: one, shows: other },
          { kind: 'code', value: one },
        ]
        for (const find of found) {
          if (!find) continue
          needsKey(find, trusted)
          const verdict = await judge(find, trusted, now)
          if (verdict.state === 'genuine') expect([link, token]).toContain(find.value)
          badgesFor([{ found: find, verdict }])
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('also what is no find', async () => {
    for (const wrong of [
      null,
      undefined,
      1,
      {},
      { kind: 'link' },
      { kind: 'code', value: 7 },
      { kind: 'link', value: link, shows: 7 },
      { kind: 'other', value: [] },
    ]) {
      const verdict = await judge(wrong as unknown as Found, trusted, now)
      expect(['none', 'genuine']).toContain(verdict.state)
    }
  })

  test('an expiry, a clock and keys of any kind', async () => {
    const keys = fc.array(
      fc.record({ kid: fc.constantFrom('k1', 'k2', ''), publicKey: fc.string({ maxLength: 60 }) }),
      { maxLength: 3 },
    )
    await fc.assert(
      fc.asyncProperty(keys, fc.double(), fc.string({ maxLength: 30 }), async (some, clock, origin) => {
        const strange = { gateway: origin, host: origin, name: '', keys: some }
        expect((await judge({ kind: 'link', value: link }, [strange], clock)).state).not.toBe('genuine')
      }),
    )
  })
})
