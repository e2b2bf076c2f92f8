import { describe, expect, test } from 'vitest'
import { badgesFor, countedAs, type Judged, judge, replyAddressIn } from '../../extension/links/index.ts'
import type { Found } from '../../extension/protocol.ts'
import { now, testGateway } from '../fixtures/links/gateway.ts'

const gateway = testGateway('https://secure.example.com')
const stranger = testGateway('https://mail.elsewhere.test')
const link: Found = { kind: 'link', value: gateway.link() }
const code: Found = { kind: 'code', value: gateway.token() }
const other: Found = { kind: 'link', value: gateway.link({ handle: '77'.repeat(16) }) }
const forged: Found = { kind: 'link', value: `https://secure-example.com/m/${gateway.token()}` }
const forgedToo: Found = { kind: 'link', value: `https://secure.exarnple.com/m/${gateway.token()}` }
const opaque: Found = { kind: 'link', value: 'https://protect-eu.mimecast.com/s/abc' }

async function badges(...finds: Found[]): Promise<string[]> {
  const judged = await Promise.all(
    finds.map(async (found): Promise<Judged> => ({
      found,
      verdict: await judge(found, [gateway.trust], now),
    })),
  )
  const given = badgesFor(countedAs(judged))
  expect(given.length).toBe(finds.length)
  return given.map(({ state }) => state)
}

describe('in one message', () => {
  test('a link and its code get one badge, at the link', async () => {
    expect(await badges(link, code)).toEqual(['genuine', 'none'])
    expect(await badges(code, link)).toEqual(['none', 'genuine'])
  })

  test('a link that stands there twice gets one badge, at the first', async () => {
    expect(await badges(link, link, code, link)).toEqual(['genuine', 'none', 'none', 'none'])
  })

  test('a code whose link nobody can read gets the badge', async () => {
    expect(await badges(opaque, code, code)).toEqual(['none', 'genuine', 'none'])
  })

  test('two messages get a badge each', async () => {
    expect(await badges(link, other, code)).toEqual(['genuine', 'genuine', 'none'])
  })

  test('a forged copy of a link warns, and no copy is called genuine beside it', async () => {
    expect(await badges(link, forged, code)).toEqual(['none', 'look-alike', 'none'])
    expect(await badges(forged, forged, forgedToo, link)).toEqual([
      'look-alike',
      'none',
      'look-alike',
      'none',
    ])
    const shows: Found = { kind: 'link', value: 'https://evil.test/', shows: link.value }
    expect(await badges(link, shows)).toEqual(['none', 'look-alike'])
  })

  test('a button that leads where a forged text beside it leads is warned of as well', async () => {
    const value = `https://somewhere.test/m/${gateway.token()}`
    const judged = await Promise.all(
      [
        { kind: 'link' as const, value },
        { kind: 'link' as const, value, shows: link.value },
      ].map(async (found): Promise<Judged> => ({ found, verdict: await judge(found, [gateway.trust], now) })),
    )
    expect(judged.map(({ verdict }) => verdict.state)).toEqual(['unknown', 'look-alike'])
    const counted = countedAs(judged)
    expect(counted.map(({ verdict }) => verdict.state)).toEqual(['look-alike', 'look-alike'])
    // What is opened from the button's badge is judged as the text is.
    expect(counted[0]?.found.shows).toBe(link.value)
  })

  test('a forged link does not silence another message', async () => {
    expect(await badges(forged, other)).toEqual(['look-alike', 'genuine'])
  })

  test('strangers get one badge as well', async () => {
    const strange: Found = { kind: 'link', value: stranger.link() }
    expect(await badges(strange, { kind: 'code', value: stranger.token() }, strange)).toEqual([
      'unknown',
      'none',
      'none',
    ])
    expect(await badges()).toEqual([])
  })
})

describe('a reply address of a notification', () => {
  const handle = '00112233445566778899aabbccddeeff'
  const mac = '0123456789abcdef0123456789ab'
  const address = `r+${handle}.${mac}@notices.example.com`

  test.each([
    address,
    `<${address}>`,
    `"Acme, secure mail" <${address}>`,
    `Acme <${address}>, Bob <bob@mail.test>`,
    `bob@mail.test; ${address}`,
    address.toUpperCase(),
    `mailto:${address}`,
  ])('is seen in %s', (text) => {
    expect(replyAddressIn(text)).toEqual({ address, handle, domain: 'notices.example.com' })
  })

  test('also of an international domain', () => {
    expect(replyAddressIn(`r+${handle}.${mac}@bücher.example`)).toMatchObject({ domain: 'bücher.example' })
  })

  test.each([
    '',
    'bob@mail.test',
    'r+news@mail.test',
    `r+${handle}@notices.example.com`,
    `r+${handle}.@notices.example.com`,
    `r+${handle}.${mac}`,
    `r+${handle}.${mac}@`,
    `r+${handle}.${mac}0@notices.example.com`,
    `r+${handle}0.${mac}@notices.example.com`,
    `r+${handle.slice(1)}.${mac}@notices.example.com`,
    `r+${handle.replace('f', 'g')}.${mac}@notices.example.com`,
    `xr+${handle}.${mac}@notices.example.com`,
    `a.r+${handle}.${mac}@notices.example.com`,
    `r-${handle}.${mac}@notices.example.com`,
    `r+${handle}-${mac}@notices.example.com`,
  ])('is not seen in %j', (text) => {
    expect(replyAddressIn(text)).toBeUndefined()
  })
})
