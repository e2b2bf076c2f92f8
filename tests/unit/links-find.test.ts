import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { findInHref, findInText, mayBeMarked } from '../../extension/links/index.ts'
import { testGateway } from '../fixtures/links/gateway.ts'
import { rewriters } from '../fixtures/links/rewriters.ts'
import { growth, linear } from '../fixtures/growth.ts'

const gateway = testGateway('https://secure.example.com')
const link = gateway.link()
const token = gateway.token()
const unwrap = true

const texts = (text: string) => findInText(text).map(({ kind, value }) => ({ kind, value }))
const asLink = [{ kind: 'link', value: link }]
const asCode = [{ kind: 'code', value: token }]

describe('in a link', () => {
  test('the address is found, and nothing more', () => {
    expect(findInHref(link, 'Read message', { unwrap })).toEqual({ kind: 'link', value: link })
    expect(findInHref(link, link, { unwrap })).toEqual({ kind: 'link', value: link })
    expect(findInHref(link, ` ${link} `, { unwrap })).toEqual({ kind: 'link', value: link })
    expect(findInHref('https://www.example.com/', 'Read message', { unwrap })).toBeUndefined()
  })

  test('its spelling is that of browsers', () => {
    const shouted = link.replace('https://secure.example.com', 'HTTPS://Secure.Example.COM:443')
    expect(findInHref(shouted, 'Read', { unwrap })).toEqual({ kind: 'link', value: link })
    expect(findInHref(` ${link}\n`, 'Read', { unwrap })).toEqual({ kind: 'link', value: link })
  })

  test('what the text shows is told where it leads elsewhere', () => {
    expect(findInHref('https://evil.test/x', link, { unwrap })).toEqual({
      kind: 'link',
      value: 'https://evil.test/x',
      shows: link,
    })
    expect(findInHref('https://evil.test/x', `Click ${link}.`, { unwrap })).toMatchObject({ shows: link })
    const cut = `${link.slice(0, 70)}…`
    expect(findInHref(link, cut, { unwrap })).toMatchObject({ value: link, shows: link.slice(0, 70) })
    // A code is no address: a link around it leads where it leads.
    expect(findInHref('https://evil.test/x', token, { unwrap })).toBeUndefined()
  })

  test('a rewritten text beside a rewritten address is the same', () => {
    for (const { name, wrap } of rewriters)
      expect(findInHref(wrap(link), wrap(link), { unwrap }), name).toEqual({ kind: 'link', value: link })
  })

  test.each([
    '',
    '#',
    '/m/x',
    'mailto:a@b.test',
    'javascript:alert(1)',
    `ftp://secure.example.com/m/${token}`,
    'https://',
    'http://[',
    '\0',
  ])('nothing in %j, whatever its text', (href) => {
    expect(findInHref(href, link, { unwrap })).toBeUndefined()
    expect(findInHref(href, token, { unwrap })).toBeUndefined()
  })
})

describe('in text', () => {
  test.each([
    ['alone', link],
    ['in a sentence', `Please open ${link} and sign in.`],
    ['at its end', `Please open ${link}.`],
    ['before a comma', `${link}, then sign in`],
    ['in round brackets', `(${link})`],
    ['in angle brackets', `<${link}>`],
    ['in square brackets', `[${link}]`],
    ['in a list of Markdown', `* [Read](${link})`],
    ['in quotes', `"${link}" '${link.slice(0, 20)}'`],
    ['in French quotes', `«${link}»`],
    ['in asterisks', `*${link}*`],
    ['before a question mark', `Did you open ${link}?`],
    ['before Japanese', `こちら${link}をご覧ください`],
    ['quoted', `> Please open\n> ${link}\n> and sign in`],
    ['without https', `secure.example.com/m/${token}`],
    ['in capitals', link.replace('https://secure', 'HTTPS://SECURE')],
    ['wrapped after the slash', `${link.slice(0, -token.length)}\n${token} and more`],
    [
      'wrapped and quoted',
      `> > ${link.slice(0, 70)}\n> > ${link.slice(70, 140)}\n> > ${link.slice(140)}\n> > Regards`,
    ],
    ['wrapped with carriage returns', `${link.slice(0, 76)}\r\n${link.slice(76)}\r\nRegards`],
    ['wrapped and indented', `  ${link.slice(0, 60)}\n     ${link.slice(60)}\n`],
    ['wrapped within the marker', `${link.slice(0, 33)}\n${link.slice(33)}`],
    ['with soft hyphens', link.slice(0, 50) + '\u00AD' + link.slice(50, 100) + '\u00AD' + link.slice(100)],
    [
      'with soft hyphens everywhere',
      Array.from(link)
        .join('\u00AD')
        .replace('h\u00ADt\u00ADt\u00ADp', 'http')
        .replace('s\u00AD:\u00AD/\u00AD/', 's://'),
    ],
    [
      'with characters of no width',
      link.replaceAll('.', '.\u200B').replaceAll('/', '/\u200B').replace(':/\u200B/\u200B', '://'),
    ],
    ['with a word joiner before and behind', `\u2060${link}\u2060`],
  ])('a link is found %s', (_, text) => expect(texts(text)).toEqual(asLink))

  test.each([
    ['alone', token],
    ['behind a label', `Code: ${token}`],
    ['right behind a colon', `Code:${token}`],
    ['on a line of its own', `If links don't work:\n\n${token}\n\nRegards`],
    ['at the end of a sentence', `Use ${token}.`],
    ['in brackets', `(${token})`],
    ['in quotes', `“${token}”`],
    ['wrapped at 76', `${token.slice(0, 76)}\n${token.slice(76, 152)}\n${token.slice(152)}\nRegards`],
    ['wrapped at 40, quoted twice', (token.match(/.{1,40}/g) ?? []).map((line) => `>> ${line}`).join('\r\n')],
    ['wrapped before a line that begins with a letter', `${token.slice(0, 100)}\n${token.slice(100)}\nand`],
    ['with characters of no width in every place', Array.from(token).join('\u200B')],
    ['with soft hyphens and breaks', `${token.slice(0, 30)}\u00AD\n${token.slice(30)}`],
    ['below a link to elsewhere', `https://www.example.com/about\n${token}`],
    ['below a link that ends in a name', `See https://www.example.com\n${token}`],
  ])('a code is found %s', (_, text) => expect(texts(text)).toEqual(asCode))

  test('link and code of one notification are both found, in their order', () => {
    const other = gateway.link({ handle: 'ff'.repeat(16) })
    const text = `Read: ${link}\n\nCode: ${token}\n\nOlder: ${other}, ${link}`
    expect(texts(text)).toEqual([...asLink, ...asCode, { kind: 'link', value: other }, ...asLink])
    expect(texts(`${link}\n${token}`)).toEqual([...asLink, ...asCode])
    expect(texts(`${link} ${link}`)).toEqual([...asLink, ...asLink])
  })

  test('a rewritten link is found as what it was', () => {
    for (const { name, wrap } of rewriters) {
      expect(texts(`Read: ${wrap(link)}\nRegards`), name).toEqual(asLink)
      expect(findInText(wrap(link), { unwrap: false }), name).toEqual([])
    }
  })

  test('what was changed or lengthened stays so', () => {
    for (const more of ['A', '/', '?x=1', '#x', '&y', '=', '%20'])
      expect(texts(`${link}${more} x`)).toEqual([{ kind: 'link', value: link + more }])
    const cut = link.slice(0, 80)
    expect(texts(`${cut} x`)).toEqual([{ kind: 'link', value: cut }])
    expect(texts(`${cut}… x`)).toEqual([{ kind: 'link', value: cut }])
  })

  test('it says where each ends', () => {
    for (const what of [link, token, link.slice(0, 90)]) {
      const text = `one two (${what}) three`
      const [found] = findInText(text)
      expect(text.slice(0, found?.end)).toBe(`one two (${what}`)
    }
    const wrapped = `${token.slice(0, 50)}\n> ${token.slice(50)} end`
    expect(wrapped.slice(findInText(wrapped)[0]?.end)).toBe(' end')
  })
})

describe('a finder in a page may afford it', { timeout: 60_000 }, () => {
  const plain = Array.from(
    { length: 49_000 },
    (_, at) =>
      `https://mail.example.net/mail/u/0/?ui=2&view=cv&th=${at.toString(16)}&q=${'label:inbox+'.repeat(at % 9)}#inbox/FMfcgz${at}`,
  )
  const marked = Array.from({ length: 1000 }, (_, at) => rewriters[at % rewriters.length]?.wrap(link) ?? link)

  test('50,000 links are passed over in no time', () => {
    const all = [...plain, ...marked]
    const timed = (look: (text: string) => unknown) => {
      const began = performance.now()
      all.forEach((text) => look(text))
      return performance.now() - began
    }
    expect(all.filter(mayBeMarked).length).toBe(1000)
    // What a look at every one of them would cost.
    const whole = timed((text) => findInHref(text, '', { unwrap }))
    expect(Math.min(timed(mayBeMarked), timed(mayBeMarked), timed(mayBeMarked))).toBeLessThan(whole / 4)
  })

  test.each<[string, number, (length: number) => string]>([
    ['long text', 25_000, (n) => 'Lorem ipsum 1 dolor sit amet, consectetur. '.repeat(n)],
    ['the marker over and over', 100_000, (n) => 'postern1.'.repeat(n)],
    ['beginnings of tokens', 5000, (n) => `postern1.k1.${'A'.repeat(67)}.${'B'.repeat(85)} `.repeat(n)],
    ['gaps over and over', 200_000, (n) => `p${' \n> '.repeat(n)}ostern1`],
    ['letters with gaps', 5000, (n) => `${Array.from('postern1.k1.').join(' '.repeat(15))}1`.repeat(n)],
    ['spaces', 1_000_000, (n) => `postern1${' '.repeat(n)}`],
    ['URLs one after the other', 30_000, (n) => 'https://a.test/m/postern1https://'.repeat(n)],
    ['names of hosts', 300_000, (n) => `${'a.'.repeat(n)}test/m/postern1`],
    ['one long URL', 300_000, (n) => `https://a.test/${'a/'.repeat(n)}postern1${'1'.repeat(n)}`],
    [
      'filters',
      30_000,
      (n) => `https://a.protection.sophos.com/${'https://a.protection.sophos.com/'.repeat(n)}`,
    ],
  ])('a megabyte of %s takes no longer than it is long', (_, length, textOf) => {
    const grown = growth(length, (part) => {
      const text = textOf(part)
      findInText(text)
      findInHref('https://evil.test/', text, { unwrap })
      findInHref(text, text.slice(0, 5000), { unwrap })
    })
    expect(grown).toBeLessThan(linear)
  })

  test('all of it is under 7 KB in a content script', async () => {
    const entry = '/links-entry'
    const names = 'findInHref, findInText, mayBeMarked, unwrap, badgesFor, replyAddressIn'
    const result = await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id.endsWith(entry) ? `\0${entry}` : undefined),
          load: (id) =>
            id === `\0${entry}`
              ? `export { ${names} } from '${import.meta.dirname}/../../extension/links/index.ts'`
              : undefined,
        },
      ],
      build: { write: false, minify: true, lib: { entry, formats: ['iife'], name: 'links' } },
    })
    const [bundle] = [result].flat()
    const code = bundle && 'output' in bundle ? bundle.output[0].code : ''
    expect(code).toContain('safelinks')
    for (const judging of ['Ed25519', 'duckdns', 'Cyrillic']) expect(code).not.toContain(judging)
    expect(code.length).toBeLessThan(7000)
  })
})
