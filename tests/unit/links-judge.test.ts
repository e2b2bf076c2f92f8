import { domainToASCII } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findInHref, findInText, judge, needsKey } from '../../extension/links/index.ts'
import type { Found, LookAlikeReason, Verdict } from '../../extension/protocol.ts'
import { neverExpires } from '../../shared/link/index.ts'
import { now, testGateway } from '../fixtures/links/gateway.ts'
import { nearMisses } from '../fixtures/links/near-misses.ts'
import { opaque, rewriters } from '../fixtures/links/rewriters.ts'

const gateway = testGateway('https://secure.example.com')
const second = testGateway('https://gw.postern.example', 'k2')
const local = testGateway('http://127.0.0.1:8443', 'k3')
const stranger = testGateway('https://mail.elsewhere.test')
const trusted = [gateway.trust, second.trust, local.trust]
const link = gateway.link()
const token = gateway.token()

const judged = (value: string, shows?: string) =>
  judge({ kind: 'link', value, ...(shows === undefined ? {} : { shows }) }, trusted, now)
const code = (value: string) => judge({ kind: 'code', value }, trusted, now)
const unwrap = true

/** As a page's finder and the background do it. */
async function verdictsOf({ href, text }: { href?: string; text?: string }): Promise<Verdict[]> {
  const found: (Found | undefined)[] =
    href === undefined ? findInText(text ?? '') : [findInHref(href, text ?? '', { unwrap })]
  return Promise.all(found.flatMap((one) => one ?? []).map((one) => judge(one, trusted, now)))
}

describe('a link of a trusted gateway', () => {
  test('is genuine', async () => {
    expect(await judged(link)).toEqual({
      state: 'genuine',
      gateway: 'https://secure.example.com',
      host: 'secure.example.com',
      name: 'Gateway of secure.example.com',
      token,
      expired: false,
    })
    expect(await judged(second.link())).toMatchObject({
      state: 'genuine',
      gateway: 'https://gw.postern.example',
    })
    expect(await judged(local.link())).toMatchObject({ state: 'genuine', gateway: 'http://127.0.0.1:8443' })
  })

  test('is genuine whatever mail filter has rewritten it', async () => {
    for (const { name, wrap } of rewriters) {
      expect(await verdictsOf({ href: wrap(link), text: 'Read message' }), name).toMatchObject([
        { state: 'genuine', token },
      ])
      expect(await verdictsOf({ href: wrap(link), text: link }), name).toMatchObject([
        { state: 'genuine', token },
      ])
      expect(await verdictsOf({ text: `Read it: ${wrap(link)} .` }), name).toMatchObject([
        { state: 'genuine', token },
      ])
    }
  })

  test('is told to have expired, ten minutes late for clocks that are wrong', async () => {
    const at = (expires: number) => judged(gateway.link({ expires }))
    expect(await at(now / 1000 - 601)).toMatchObject({ state: 'genuine', expired: true })
    expect(await at(now / 1000 - 599)).toMatchObject({ state: 'genuine', expired: false })
    expect(await at(neverExpires)).toMatchObject({ state: 'genuine', expired: false })
  })

  test('is genuine as a code, without its address', async () => {
    expect(await code(token)).toMatchObject({
      state: 'genuine',
      gateway: 'https://secure.example.com',
      token,
    })
    expect(await code(second.token())).toMatchObject({
      state: 'genuine',
      gateway: 'https://gw.postern.example',
    })
  })

  test('is found in text', async () => {
    expect(await verdictsOf({ text: `Open ${link}.` })).toMatchObject([{ state: 'genuine', token }])
    expect(await verdictsOf({ text: `Code:\n${token}\n` })).toMatchObject([{ state: 'genuine', token }])
  })

  test('stays genuine where its text is shortened or names the same gateway', async () => {
    expect(await judged(link, `${link.slice(0, 60)}…`)).toMatchObject({ state: 'genuine' })
    expect(await judged(link, stranger.link())).toMatchObject({ state: 'genuine' })
  })
})

describe('the badge says nothing where the link is not known', () => {
  test('a link of a gateway nobody here trusts is unknown', async () => {
    expect(await judged(stranger.link())).toEqual({
      state: 'unknown',
      host: 'mail.elsewhere.test',
      gateway: 'https://mail.elsewhere.test',
    })
    expect(await judge({ kind: 'link', value: link }, [], now)).toMatchObject({ state: 'unknown' })
  })

  test('a code of nobody trusted is unknown, and has no host', async () => {
    expect(await code(stranger.token())).toEqual({ state: 'unknown', host: null, gateway: null })
    expect(await code(`${token}A`)).toEqual({ state: 'none' })
    expect(await code(link)).toEqual({ state: 'none' })
  })

  test.each([
    'https://other.example.com', // of the same owner as a trusted one
    'https://secure1.example.com',
    'https://eu.secure.example.com',
    'https://gw.test',
    'https://secure.acme.test',
    'https://securemail.bank.test',
    'https://examples.test',
    'https://portal.example.net',
    'https://postern.test',
    'https://xn--bcher-kva.test', // bücher
    'https://xn--80ak6aa92e.test', // Cyrillic throughout: somebody's honest name
    'https://xn--mgbh0fb.test',
    'https://xn--wgv71a119e.test',
    'http://127.0.0.1:9443',
    'http://localhost:8443',
    'https://127.0.0.2',
    'https://10.0.0.1:8443',
    'http://[::1]:8443',
  ])('%s is a stranger, not an imitation', async (origin) => {
    expect(await judged(testGateway(origin).link())).toMatchObject({ state: 'unknown', gateway: origin })
  })

  test('a link that only a mail filter can read is nothing', async () => {
    for (const href of opaque) {
      expect(await verdictsOf({ href, text: 'Read message' })).toEqual([])
      expect(await verdictsOf({ href, text: link })).toEqual([])
      expect(await judged(href)).toEqual({ state: 'none' })
    }
  })

  test('with unwrapping switched off, a rewritten link is nothing either', async () => {
    for (const { name, wrap } of rewriters) {
      expect(findInHref(wrap(link), link, { unwrap: false }), name).toBeUndefined()
      expect(await judged(wrap(link)), name).toEqual({ state: 'none' })
    }
  })
})

describe('near misses', () => {
  const all = nearMisses(token, link, stranger.token())

  test('there are more than two hundred', () =>
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBeGreaterThan(200))

  test.each(all.map((one) => [JSON.stringify(one).slice(0, 120), one] as const))(
    '%s: no badge',
    async (_, one) => {
      const verdicts = await verdictsOf(one)
      expect(verdicts.filter(({ state }) => state !== 'none')).toEqual([])
    },
  )
})

const on = (origin: string) => `${origin}/m/${token}`
const [, , payload = '', signature = ''] = token.split('.')
const forged = `postern1.k1.${payload}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`

const hostile: Record<LookAlikeReason, readonly string[]> = {
  'not-signed': [
    `https://secure.example.com/m/${forged}`,
    `https://secure.example.com/m/${stranger.token()}`,
    `https://secure.example.com/m/${second.token()}`,
    link.slice(0, -1),
    link.slice(0, 60),
    'https://secure.example.com/m/postern1',
    'https://secure.example.com/m/postern1.k1',
    `${link}A`,
    `${link}/`,
    `${link}?`,
    `${link}?next=https://evil.test`,
    `${link}#`,
    `${link}#x`,
    `${link}%20`,
    `https://user@secure.example.com/m/${token}`,
    `https://secure.example.com//m/${token}`,
    `https://secure.example.com/x/${token}`,
    `https://secure.example.com/?next=/m/${token}`,
    `https://secure.example.com/m/${token.replace('k1', 'k9')}`,
  ],
  imitates: [
    // Other port, no encryption
    on('https://secure.example.com:8443'),
    on('http://secure.example.com'),
    on('https://secure.example.com.'),
    // As labels of another
    on('https://secure.example.com.evil.test'),
    on('https://m.secure.example.com.evil.test'),
    on('https://www.secure.example.com.evil.test:444'),
    // Before and behind, dots and hyphens
    on('https://secure-example.com'),
    on('https://secure-example-com.test'),
    on('https://secure.example-com.test'),
    on('https://secureexample.com'),
    on('https://login-secure-example.test'),
    on('https://secure.example.com-login.test'),
    on('https://secure-example.evil.test'),
    on('https://mysecure.example.com.test'),
    on('https://secure.example.comm.test'),
    // Letters like them
    on('https://secure.examp1e.com'),
    on('https://secure.exarnple.com'),
    on('https://portal.examp1e.com'),
    on('https://5ecure.example.com'),
    // A letter more, less, other, or two swapped
    on('https://secure.exmaple.com'),
    on('https://secure.exampel.com'),
    on('https://secure.examples.com'),
    on('https://secure.exampl.com'),
    on('https://secure.wxample.com'),
    on('https://gw.posterm.example'),
    // Another ending
    on('https://secure.example.org'),
    on('https://secure.example.co.uk'),
    on('https://gw.postern.test'),
    // Named in path or query
    `https://evil.test/secure.example.com/m/${token}`,
    `https://evil.test/https://secure.example.com/m/${token}`,
    `https://evil.test/m/${token}?from=secure.example.com`,
    `https://evil.test/?gateway=secure.example.com&t=${token}`,
    `https://evil.test/?u=${encodeURIComponent(`https://secure.example.com/m/${forged}`)}`,
    `https://evil.test/%73ecure.example.com/m/${token}`,
    `https://evil.test/m/${token}#secure.example.com`,
    // Cut tokens warn as well
    'https://secure-example.com/m/postern1',
    'https://secure.example.com.evil.test/m/postern1.k1.abc',
  ],
  'mixed-scripts': [
    on(`https://${domainToASCII('sеcure.example.com')}`), // Cyrillic е
    on(`https://${domainToASCII('secure.exаmple.com')}`), // Cyrillic а
    on(`https://${domainToASCII('secure.еxаmрlе.com')}`),
    on(`https://${domainToASCII('ѕесure.example.com')}`),
    on(`https://${domainToASCII('secure.exampłe.com')}`), // one script, but read as ours
    on(`https://${domainToASCII('sécure.example.org')}`),
    on(`https://${domainToASCII('secure-exаmple.test')}`),
    on(`https://${domainToASCII('gw.рostern.example')}`),
    on(`https://${domainToASCII('bаnk.test')}`), // nobody's here, but mixed
    on(`https://${domainToASCII('mαil.test')}`),
  ],
  'hidden-host': [
    `https://secure.example.com@evil.test/m/${token}`,
    `https://secure.example.com:443@evil.test/m/${token}`,
    `https://secure.example.com%2Fm%2F${token}@evil.test/m/${token}`,
    `https://x:secure.example.com@evil.test/m/${token}`,
    `https://secure-example.com@evil.test/m/${token}`,
    `https://secure.examp1e.com@evil.test/m/${token}`,
    `https://user@secure-example.com/m/${token}`,
    `https://user@secure.example.com:8443/m/${token}`,
    `https://SECURE.EXAMPLE.COM@evil.test/m/${token}`,
  ],
  'shows-another': [],
}

describe('a look-alike gets a warning', () => {
  const rows = Object.entries(hostile).flatMap(([reason, links]) =>
    links.map((value) => [reason, value] as const),
  )

  test.each(rows)('%s: %s', async (reason, value) => {
    const [verdict] = await verdictsOf({ href: value, text: 'Read message' })
    expect(verdict).toMatchObject({ state: 'look-alike', reason, host: new URL(value).host })
  })

  test('it says whom it imitates, and an internationalised host in its own spelling', async () => {
    expect(await judged(on('https://secure.exarnple.com'))).toMatchObject({ of: 'secure.example.com' })
    expect(await judged(on('https://gw.postern.test'))).toMatchObject({ of: 'gw.postern.example' })
    expect(await judged(on(`https://${domainToASCII('secure.exаmple.com')}`))).toEqual({
      state: 'look-alike',
      reason: 'mixed-scripts',
      host: 'secure.xn--exmple-4nf.com',
      of: 'secure.example.com',
    })
    expect(await judged(on(`https://${domainToASCII('mаil1.test')}`))).toMatchObject({ of: 'mail1.test' })
  })

  test('also through a mail filter', async () => {
    const forgery = `https://secure.example.com/m/${forged}`
    for (const { name, wrap } of rewriters) {
      expect(await verdictsOf({ href: wrap(forgery), text: 'Read message' }), name).toMatchObject([
        { state: 'look-alike', reason: 'not-signed' },
      ])
    }
  })

  test('where the text shows one gateway and the link leads elsewhere', async () => {
    for (const href of [
      'https://evil.test/',
      'https://evil.test/login?x=1',
      stranger.link(),
      second.link(),
    ]) {
      for (const text of [link, `Open: ${link} now`, link.replace('https://', ''), link.slice(0, 80)]) {
        expect(await verdictsOf({ href, text }), `${text} -> ${href}`).toMatchObject([
          {
            state: 'look-alike',
            reason: 'shows-another',
            host: new URL(href).host,
            of: 'secure.example.com',
          },
        ])
      }
    }
    expect(
      await verdictsOf({ href: rewriters[0]?.wrap('https://evil.test/') ?? '', text: link }),
    ).toMatchObject([{ state: 'look-alike', reason: 'shows-another', host: 'evil.test' }])
  })

  test('and a mail filter that nobody here knows is no forger', async () => {
    const href = `https://scanmail.trustwave.test/?c=1&u=${encodeURIComponent(link)}`
    expect(await verdictsOf({ href, text: link })).toEqual([{ state: 'none' }])
  })
})

describe('the key that is missing', () => {
  const trustedOnly = { ...gateway.trust, keys: [] }
  test('is asked of the gateway that the link leads to, and of nobody else', () => {
    expect(needsKey({ kind: 'link', value: link }, [second.trust, trustedOnly])).toEqual({
      gateway: 'https://secure.example.com',
      kid: 'k1',
    })
    expect(needsKey({ kind: 'link', value: link }, trusted)).toBeUndefined()
    expect(needsKey({ kind: 'link', value: stranger.link() }, [trustedOnly])).toBeUndefined()
    expect(needsKey({ kind: 'link', value: `${link}?x` }, [trustedOnly])).toBeUndefined()
    expect(needsKey({ kind: 'link', value: 'https://secure.example.com/' }, [trustedOnly])).toBeUndefined()
    expect(needsKey({ kind: 'code', value: token }, [trustedOnly])).toMatchObject({ kid: 'k1' })
    expect(needsKey({ kind: 'code', value: token }, [trustedOnly, second.trust])).toBeUndefined()
    expect(needsKey({ kind: 'code', value: token.slice(1) }, [trustedOnly])).toBeUndefined()
  })

  test('a key that is no key harms no other', async () => {
    const broken = {
      ...gateway.trust,
      keys: [{ kid: 'k1', publicKey: '!' }, { kid: 'k1', publicKey: 'AAAA' }, ...gateway.trust.keys],
    }
    expect(await judge({ kind: 'link', value: link }, [broken], now)).toMatchObject({ state: 'genuine' })
  })
})
