import { describe, expect, it } from 'vitest'
import { faultOf, isAddress, splitAddresses } from '../../shared/portal/write/addresses.ts'
import { splitQuoted } from '../../shared/portal/write/quoted.ts'

describe('addresses as people type them', () => {
  it('takes lists apart, with names, from anywhere they are copied from', () => {
    expect(
      splitAddresses('a@x.example, "Bo" <bo@y.example>; Cy <cy@z.example>\nmailto:d@w.example,,'),
    ).toEqual(['a@x.example', 'bo@y.example', 'cy@z.example', 'd@w.example'])
  })

  it('knows an address from something else', () => {
    for (const good of ['a@x.example', 'ü.ö@bücher.example', 'a+b@localhost', "o'neil@x-y.example"])
      expect(isAddress(good), good).toBe(true)
    for (const bad of [
      'bogus',
      'a@',
      '@x.example',
      'a b@x.example',
      'a@@x.example',
      'a@x..example',
      'a@-x.example',
    ])
      expect(isAddress(bad), bad).toBe(false)
  })

  it('says who may not be written to', () => {
    const allowed = ['@example.test', 'carol@other.example']
    expect(faultOf('Ann@Example.Test', allowed)).toBeUndefined()
    expect(faultOf('carol@other.example', allowed)).toBeUndefined()
    expect(faultOf('eve@other.example', allowed)).toBe('not-allowed')
    expect(faultOf('eve@notexample.test', allowed)).toBe('not-allowed')
    expect(faultOf('eve', allowed)).toBe('malformed')
    expect(faultOf('eve@other.example', [])).toBeUndefined()
  })
})

describe('the quoted message below an answer', () => {
  it('is kept as it came, apart from what is written', () => {
    const quoted =
      '<div class="postern-quote"><div>Ann:</div><blockquote type="cite"><p style="x">Hi</p></blockquote></div>'
    expect(splitQuoted(`<div><br></div>${quoted}`)).toEqual({ own: '<div><br></div>', quoted })
    expect(splitQuoted('<div>no quote</div>')).toEqual({ own: '<div>no quote</div>', quoted: '' })
  })
})
