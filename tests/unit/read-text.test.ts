import { describe, expect, it } from 'vitest'
import { findLinks, readText } from '../../shared/portal/read/text.ts'
import { growth, linear } from '../fixtures/growth.ts'

const hrefs = (line: string) => findLinks(line).flatMap((part) => (part.kind === 'link' ? [part.href] : []))

describe('plain text of a message', () => {
  it('keeps the sender’s own words and quoted ones apart, marks removed', () => {
    const blocks = readText('Hello\r\n> first\r\n> second\r\n>> deeper\r\n> > also deeper\r\nBye\r\n\r\n')
    expect(blocks).toEqual([
      { depth: 0, lines: ['Hello'] },
      { depth: 1, lines: ['first', 'second'] },
      { depth: 2, lines: ['deeper', 'also deeper'] },
      { depth: 0, lines: ['Bye'] },
    ])
  })

  it('makes addresses into links and leaves the sentence’s own marks outside', () => {
    expect(hrefs('See https://example.org/a_(b) (or http://x.example/?q=1), then write.')).toEqual([
      'https://example.org/a_(b)',
      'http://x.example/?q=1',
    ])
    expect(hrefs('Ask carol@example.test.')).toEqual(['mailto:carol@example.test'])
    expect(hrefs('“https://example.org/”')).toEqual(['https://example.org/'])
  })

  it('shows every character of the line, whatever became a link', () => {
    const line = 'a https://x.example/b, <c@d.example>; javascript:alert(1) e'
    expect(
      findLinks(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line)
  })

  it('never makes a link of a script or of a name before the host', () => {
    expect(hrefs('javascript:alert(1) data:text/html,x file:///etc/passwd')).toEqual([])
    expect(hrefs('https://mybank.example@evil.example/')).toEqual(['https://evil.example/'])
  })

  it('reads a line of a million characters in the time its length takes', () => {
    expect(growth(500_000, (length) => findLinks('a@'.repeat(length)))).toBeLessThan(linear)
    expect(growth(2_800, (length) => findLinks('http://'.repeat(length)))).toBeLessThan(linear)
    expect(growth(200_000, (length) => readText('>'.repeat(length)))).toBeLessThan(linear)
  })
})
