/** Which links of a mail have a badge. */
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../extension/protocol.ts'
import { choose } from '../../extension/webmail/choose.ts'
import type { Sighting } from '../../extension/webmail/sighting.ts'
import { signingGateway } from '../fixtures/webmails/gateway.ts'

const gateway = signingGateway('https://secure.example.test')
const [token, other] = [gateway.token(), gateway.token({ handle: 'f'.repeat(32) })]
const link = (of: string) => `https://secure.example.test/m/${of}`
const genuine: Verdict = {
  state: 'genuine',
  gateway: 'https://secure.example.test',
  host: 'secure.example.test',
  name: 'Example',
  token,
  expired: false,
}
const forged: Verdict = {
  state: 'look-alike',
  reason: 'not-signed',
  host: 'evil.test',
  of: 'secure.example.test',
}

// Mails are told apart by identity alone.
const mail = (name: string) => ({ name }) as unknown as Node
const here = mail('here')

function sighting(
  kind: 'link' | 'code',
  value: string,
  verdict: Verdict,
  more: Partial<Sighting> = {},
): Sighting {
  const at = mail('at') as Element
  return {
    found: { kind, value },
    at,
    end: null,
    href: null,
    mail: here,
    verdict,
    rendered: true,
    ground: 'light',
    ...more,
  }
}

const chosen = (all: Sighting[]) => all.map((one) => choose(all).has(one))

describe('badges of a mail', () => {
  test('a notification has its link three times and one badge, at the button', () => {
    const all = [
      sighting('link', link(token), genuine),
      sighting('link', link(token), genuine),
      sighting('code', token, genuine),
    ]
    expect(chosen(all)).toEqual([true, false, false])
  })

  test('at the first that is shown, where the button is hidden', () => {
    const all = [
      sighting('link', link(token), genuine, { rendered: false }),
      sighting('link', link(token), genuine),
    ]
    expect(chosen(all)).toEqual([false, true])
  })

  test('at the code, where the link can not be read', () => {
    expect(chosen([sighting('code', token, genuine)])).toEqual([true])
  })

  test('the same link in two mails has two', () => {
    const all = [
      sighting('link', link(token), genuine),
      sighting('link', link(token), genuine, { mail: mail('there') }),
    ]
    expect(chosen(all)).toEqual([true, true])
  })

  test('every link of a look-alike is warned of', () => {
    const evil = `https://evil.test/m/${other}`
    expect(chosen([sighting('link', evil, forged), sighting('link', evil, forged)])).toEqual([true, true])
  })

  test('what is nothing of ours, or not judged yet, has none', () => {
    const { verdict, ...unjudged } = sighting('link', link(other), genuine)
    expect([verdict?.state, ...chosen([sighting('link', link(token), { state: 'none' }), unjudged])]).toEqual(
      ['genuine', false, false],
    )
  })
})
