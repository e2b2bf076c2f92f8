/** Host names as they are read: the parts of judging that have an outside truth to be checked against. */
import { domainToASCII, domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alike } from '../../extension/links/alike.ts'
import { distance } from '../../extension/links/distance.ts'
import { isMixed, unicode } from '../../extension/links/letters.ts'
import { fromPunycode } from '../../extension/links/punycode.ts'
import { split } from '../../extension/links/suffix.ts'

describe('an internationalised name', () => {
  test.each([
    'bücher.de',
    '例え.テスト',
    'почта.рф',
    'مثال.إختبار',
    'ñandú.es',
    'ελληνικά.gr',
    'a-ü-b.test',
    '𝒳x.test',
    'faß.de',
    'ⵣ.test',
  ])('%s is read in its own letters', (name) => {
    const ascii = domainToASCII(name)
    expect(unicode(ascii)).toBe(domainToUnicode(ascii))
  })

  test('is read as Node reads it', () => {
    const label = fc.string({
      unit: fc.constantFrom(...Array.from('abzäöüßçñéаеорсухαορ中文字かな한글ابج-0')),
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(label, (text) => {
        const ascii = domainToASCII(`${text}.test`)
        fc.pre(ascii !== '')
        expect(unicode(ascii)).toBe(domainToUnicode(ascii))
      }),
      { numRuns: 2000 },
    )
  })

  test('that is none is left alone', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => void fromPunycode(text)))
    expect(fromPunycode('99999999999')).toBeUndefined()
    expect(unicode('xn--99999999999.test')).toBe('xn--99999999999.test')
  })

  test('is mixed where nobody writes it so', () => {
    for (const name of ['pаypal', 'gооgle', 'αbc', 'абc', 'a한а'])
      expect(isMixed(`${name}.test`), name).toBe(true)
    for (const name of [
      'paypal',
      'bücher',
      'почта',
      'ελλάδα',
      '日本のmail',
      '한국mail',
      '漢字',
      'a1-b2',
      'mail2go',
    ])
      expect(isMixed(`${name}.test`), name).toBe(false)
    expect(isMixed('почта.test')).toBe(false)
  })
})

describe('names that are near each other', () => {
  test('edits are counted, swapped neighbours once', () => {
    const rows: [string, string, number][] = [
      ['', '', 0],
      ['a', '', 1],
      ['abc', 'abc', 0],
      ['abc', 'acb', 1],
      ['example', 'exmaple', 1],
      ['example', 'examples', 1],
      ['example', 'sample', 2],
      ['firma', 'norma', 2],
      ['kitten', 'sitting', 3],
    ]
    for (const [one, other, edits] of rows) {
      expect(distance(one, other), `${one} ${other}`).toBe(edits)
      expect(distance(other, one)).toBe(edits)
    }
  })

  test('a name is taken apart where somebody registered it', () => {
    expect(split('secure.example.com')).toEqual({
      sub: 'secure',
      label: 'example',
      suffix: 'com',
      domain: 'example.com',
    })
    expect(split('a.b.example.co.uk')).toEqual({
      sub: 'a.b',
      label: 'example',
      suffix: 'co.uk',
      domain: 'example.co.uk',
    })
    expect(split('acme.duckdns.org').domain).toBe('acme.duckdns.org')
    expect(split('co.uk').domain).toBe('co.uk')
    expect(split('localhost')).toEqual({ sub: '', label: 'localhost', suffix: '', domain: 'localhost' })
  })

  test('companies of similar names are no imitations of each other, neighbours neither', () => {
    const pairs = [
      ['secure.norma.de', 'secure.firma.de'],
      ['mail.abc.test', 'mail.abd.test'],
      ['secure.acme.org', 'portal.acme.com'],
      ['eu.secure.example.com', 'secure.example.com'],
      ['example.com', 'secure.example.com'],
      ['secure-eu.example.com', 'secure.example.com'],
      ['securemail.bank.test', 'securemail.com'],
      ['intranet', 'extranet'],
    ] as const
    for (const [name, own] of pairs) expect(alike(name, own), `${name} ${own}`).toBe(false)
  })

  test('but strangers below a domain that anybody may have are', () => {
    expect(alike('acme-mail.duckdns.org', 'acmemail.duckdns.org')).toBe(true)
    expect(alike('acmemall.github.io', 'acmemail.github.io')).toBe(true)
    expect(alike('secure.example.co.uk', 'secure.example.com')).toBe(true)
  })
})
