/** Whom the extension believes, when what answers at a gateway's address is not what it was. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Description } from '../../shared/link/index.ts'
import { describedBy, handing, keyOf, linkBy, newRoot, type Root } from '../fixtures/described-gateway.ts'
import { pair, startTestExtension, type TestExtension } from '../fixtures/extension.ts'
import { testClock } from '../fixtures/gateway.ts'

const origin = 'https://gw.example'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let root: Root
let first: Root
let second: Root
let clock: ReturnType<typeof testClock>
let answer: () => Response | Promise<Response>
let asked: number
let extension: TestExtension

const says = (description: Description) => {
  answer = () => Response.json(description)
}
const describe1 = (given: Partial<Description> = {}) =>
  describedBy(root, { now: clock.now(), keys: [keyOf('a1', first)], ...given })
const judged = async (value: string) =>
  (await extension.page({ ask: 'judge', found: [{ kind: 'link', value }] }))[0]?.state
const gateways = () => extension.own({ ask: 'gateways' })

beforeEach(async () => {
  ;[root, first, second] = await Promise.all([newRoot(), newRoot(), newRoot()])
  clock = testClock()
  asked = 0
  extension = startTestExtension({
    now: clock.now,
    fetch: async (url) => {
      if (!url.endsWith('/.well-known/postern')) throw new TypeError('no network')
      asked += 1
      return answer()
    },
  })
  says(await describe1())
})

describe('looking at an address for the first time', () => {
  const looking = (address: string) => extension.own({ ask: 'look-up-gateway', address })

  test.each([
    ['http://gw.example', 'not over plain http'],
    ['https://user:pass@gw.example', 'not with a name in front of it'],
    ['ftp://gw.example', 'not another protocol'],
    ['', 'not nothing'],
  ])('%j is refused, %s, and nothing is sent', async (address) => {
    await expect(looking(address)).rejects.toThrow('address-wrong')
    expect(asked).toBe(0)
  })

  test('an answer of more than 64 KB is not read to its end', async () => {
    let sent = 0
    answer = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sent += 1
            controller.enqueue(new Uint8Array(16 * 1024).fill(0x20))
          },
        }),
      )
    await expect(looking(origin)).rejects.toThrow('not-a-gateway')
    expect(sent).toBeLessThan(12)
  })

  test('no network, no gateway, and one that speaks for another are told apart', async () => {
    answer = () => Promise.reject(new TypeError('no network'))
    await expect(looking(origin)).rejects.toThrow('no-answer')
    answer = () => new Response('<html>', { status: 200 })
    await expect(looking(origin)).rejects.toThrow('not-a-gateway')
    says(await describe1({ portal: 'https://other.example' }))
    await expect(looking(origin)).rejects.toThrow('not-a-gateway')
    says({ ...(await describe1()), title: 'Changed' })
    await expect(looking(origin)).rejects.toThrow('not-a-gateway')
  })

  test('clocks may be ten minutes apart, and no more', async () => {
    const at = async (issued: number) =>
      says(await describe1({ issued: Math.floor((clock.now() + issued) / 1000) }))
    await at(9 * minute)
    expect((await looking(origin)).gateway).toBe(origin)
    await at(11 * minute)
    await expect(looking(origin)).rejects.toThrow('description-refused')
    const ended = Math.floor((clock.now() - 11 * minute) / 1000)
    says(await describe1({ issued: ended - 100, validUntil: ended }))
    await expect(looking(origin)).rejects.toThrow('description-refused')
  })
})

describe('a gateway that is trusted', () => {
  beforeEach(() => pair(extension, origin))

  test('brings a new key: a link that it signed is genuine at once', async () => {
    says(await describe1({ sequence: 2, keys: [keyOf('a1', first), keyOf('b2', second)] }))
    expect(await judged(await linkBy('b2', second))).toBe('genuine')
    expect(await judged(await linkBy('a1', first))).toBe('genuine')
  })

  test('is not asked in a loop by made-up key ids: once a minute, however many there are', async () => {
    asked = 0
    for (const kid of ['x1', 'x2', 'x3', 'x4'])
      expect(await judged(await linkBy(kid, second))).toBe('look-alike')
    expect(asked).toBe(1)
    extension.restart()
    await judged(await linkBy('x5', second))
    expect(asked).toBe(1)
    clock.pass(minute)
    await judged(await linkBy('x6', second))
    expect(asked).toBe(2)
  })

  test('takes a key back: after half a day at the latest its links are genuine no more', async () => {
    says(await describe1({ sequence: 2, keys: [keyOf('b2', second)] }))
    const link = await linkBy('a1', first)
    expect(await judged(link)).toBe('genuine')
    clock.pass(12 * hour + 1)
    await judged(link)
    await expect.poll(() => judged(link)).toBe('look-alike')
  })

  test.each<[string, () => Promise<Description>]>([
    ['an older description', async () => describe1({ sequence: 0, keys: [keyOf('b2', second)] })],
    [
      'a description by another root key',
      async () =>
        describedBy(await newRoot(), { now: clock.now(), sequence: 9, keys: [keyOf('b2', second)] }),
    ],
    [
      'a description by a root key that was handed over by somebody else',
      async () => {
        const [other, next] = [await newRoot(), await newRoot()]
        const forged = { ...(await handing(other, next)), from: root.publicKey }
        return describedBy(next, {
          now: clock.now(),
          sequence: 9,
          keys: [keyOf('b2', second)],
          succession: [forged],
        })
      },
    ],
    ['a description that is out of date', async () => describe1({ sequence: 9, issued: 1, validUntil: 2 })],
  ])('keeps its keys and says so where the answer is %s', async (_what, wrong) => {
    says(await wrong())
    expect(await judged(await linkBy('b2', second))).toBe('look-alike')
    expect(await judged(await linkBy('a1', first))).toBe('genuine')
    expect(await gateways()).toMatchObject([{ gateway: origin, trouble: 'refused' }])
  })

  test('hands over to a new root key, and the old one counts no more', async () => {
    const next = await newRoot()
    const succession = [await handing(root, next)]
    const given = { now: clock.now(), sequence: 2, keys: [keyOf('b2', second)], succession }
    says(await describedBy(next, given))
    expect(await judged(await linkBy('b2', second))).toBe('genuine')
    // Whoever has found the old root key can't come back with it.
    clock.pass(minute)
    says(await describe1({ sequence: 3, keys: [keyOf('c3', first)] }))
    expect(await judged(await linkBy('c3', first))).toBe('look-alike')
    expect(await gateways()).toMatchObject([{ trouble: 'refused' }])
  })

  test('does not answer for a month: its links count to the end of that, then they are unsure, not false', async () => {
    answer = () => Promise.reject(new TypeError('no network'))
    const link = await linkBy('a1', first)
    clock.pass(29 * day)
    expect(await judged(link)).toBe('genuine')
    await expect.poll(gateways).toMatchObject([{ trouble: 'no-answer' }])
    clock.pass(2 * day)
    expect(await judged(link)).toBe('unknown')
    says(await describe1())
    clock.pass(minute)
    expect(await judged(link)).toBe('genuine')
  })
})
