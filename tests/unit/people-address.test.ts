import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asciiDomain, parseAddress } from '../../gateway/people/index.ts'

test.each([
  ['Anna.Schmidt@Example.TEST', 'anna.schmidt@example.test'],
  ['a+tag@example.test.', 'a+tag@example.test'],
  ['jürgen@faß.example', 'jürgen@xn--fa-hia.example'],
  ['ju\u0308rgen@example.test', 'jürgen@example.test'],
  ['x@例え。テスト', 'x@xn--r8jz45g.xn--zckzah'],
  ["o'brien@example.test", "o'brien@example.test"],
  ['root@localhost', 'root@localhost'],
])('%s is %s', (text, address) => expect(parseAddress(text)?.address).toBe(address))

test.each([
  'nobody',
  '@example.test',
  'a@',
  '"a@evil x"@example.test',
  'a b@example.test',
  '.a@example.test',
  'a..b@example.test',
  'a@b@example.test',
  'a@[192.0.2.1]',
  'a@192.0.2.1',
  'a@0x7f.1',
  'a@1.2.3',
  'a@ex%61mple.test',
  'a@example.test/evil',
  'a@example.test#evil',
  'a@example.test\\evil',
  'a@exa\tmple.test',
  'a@exa\u00admple.test',
  'a@example..test',
  'a@-example.test',
  'a\r\nRCPT TO:<b@example.test>@example.test',
  'a\0@example.test',
  `${'a'.repeat(65)}@example.test`,
  `a@${'b'.repeat(64)}.test`,
  `a@${'b.'.repeat(160)}test`,
])('%j is refused', (text) => expect(parseAddress(text)).toBeUndefined())

test('the one form is the form of itself, and hides no second reading', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
      const parsed = parseAddress(text)
      if (!parsed) return
      expect(parseAddress(parsed.address)).toEqual(parsed)
      expect(parsed.address).toBe(`${parsed.local}@${parsed.domain}`)
      expect(parsed.domain).toMatch(/^[a-z0-9._-]+$/)
      expect(parsed.local).not.toMatch(/[\s\p{C}"@<>]/u)
    }),
  )
})

test('a domain is the same however it is written', () => {
  expect(asciiDomain('EXAMPLE.Test.')).toBe('example.test')
  expect(asciiDomain('⑩.example')).toBe('10.example')
  expect(asciiDomain('')).toBeUndefined()
})

test('a plain domain is what IDNA makes of it', () => {
  const label = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?$/)
  fc.assert(
    fc.property(
      fc.array(label, { minLength: 1, maxLength: 4 }),
      fc.stringMatching(/^[a-zA-Z]{2,6}$/),
      (labels, last) => {
        const domain = [...labels, last].join('.')
        if (/xn--/i.test(domain)) return
        expect(asciiDomain(domain)).toBe(domainToASCII(domain).toLowerCase())
      },
    ),
  )
})
