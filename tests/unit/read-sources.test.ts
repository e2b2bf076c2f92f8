import { describe, expect, it } from 'vitest'
import { readLink, shownHost } from '../../shared/portal/read/link.ts'
import { isDataPicture, readPictureSource } from '../../shared/portal/read/picture-sources.ts'
import { quiet } from '../../shared/portal/read/quiet.ts'
import { growth, linear } from '../fixtures/growth.ts'

describe('links of a message', () => {
  it('leads only to the web, to mail and to telephones', () => {
    for (const href of [
      'javascript:alert(1)',
      ' java\tscript:alert(1)',
      'data:text/html,x',
      'blob:https://x/1',
      'file:///etc/passwd',
      'view-source:https://x.example',
      '/api/sign-out',
      '#top',
      '',
      'about:srcdoc',
    ])
      expect(readLink(href), href).toBeUndefined()
    expect(readLink('mailto:a@b.example')?.where).toBe('a@b.example')
    expect(readLink('tel:+4930123')?.where).toBe('+4930123')
  })

  it('says the real host, in the form that shows look-alike letters', () => {
    expect(readLink('https://bank.example@evil.example:8443/x')).toEqual({
      href: 'https://evil.example:8443/x',
      where: 'evil.example:8443',
      host: 'evil.example',
    })
    expect(readLink('https://аpple.example/')?.host).toBe('xn--pple-43d.example')
  })

  it('finds the host a link’s text claims, where the text is one', () => {
    expect(shownHost('https://mybank.example/login')).toBe('mybank.example')
    expect(shownHost(' www.shop.example ')).toBe('www.shop.example')
    expect(shownHost('Click here')).toBeUndefined()
    expect(shownHost('see mybank.example for more')).toBeUndefined()
  })
})

describe('pictures of a message', () => {
  it('are told apart by where they are', () => {
    expect(readPictureSource('cid:logo%40x')).toEqual({ kind: 'part', contentId: 'logo@x' })
    expect(readPictureSource('//cdn.example/a b.png')).toEqual({
      kind: 'remote',
      url: 'https://cdn.example/a%20b.png',
    })
    expect(readPictureSource('data:image/png;base64,iVBO Rw0K')).toEqual({
      kind: 'data',
      url: 'data:image/png;base64,iVBORw0K',
    })
    for (const source of ['x.png', '/api/session', 'javascript:1', 'blob:x', 'file:///x', 'cid:'])
      expect(readPictureSource(source), source).toBeUndefined()
  })

  it('are pictures alone: no documents, nothing behind them', () => {
    expect(isDataPicture('data:image/png;base64,AAAA')).toBe(true)
    for (const url of [
      'data:image/svg+xml;base64,AAAA',
      'data:text/html;base64,AAAA',
      'data:image/png,AAAA',
      'data:image/png;base64,AAAA"><script>',
      'data:image/png;base64,AAAA) url(http://x',
    ])
      expect(isDataPicture(url), url).toBe(false)
  })
})

describe('parsing without a noise', () => {
  it('leaves nothing in the text that a browser acts upon while parsing', () => {
    const text = quiet(
      '<BODY onload="x()"><base href=x><style>p{}</style><p style="a" ONCLICK=x>on style=1</p><video><track src=x>',
    )
    expect(text).not.toMatch(/<(base|style|track|video)|\sonload|\sstyle="|\sonclick/i)
    expect(text).toContain('on style=1')
  })

  it('takes no longer than the text is long', () => {
    expect(growth(1_000_000, (length) => quiet('<a'.repeat(length)))).toBeLessThan(linear)
    expect(growth(300_000, (length) => quiet(`<a ${'style '.repeat(length)}`))).toBeLessThan(linear)
    expect(growth(300_000, (length) => quiet(`<p${' on'.repeat(length)}>`))).toBeLessThan(linear)
  })
})
