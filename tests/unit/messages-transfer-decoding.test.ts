import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeTransfer, transferDecoder } from '../../gateway/messages/transfer-decoding.ts'

function inPieces(encoding: 'base64' | 'quoted-printable', bytes: Buffer, cuts: number[]): Buffer {
  const decoder = transferDecoder(encoding)
  const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
  const pieces = places.slice(1).map((end, index) => decoder.update(bytes.subarray(places[index], end)))
  return Buffer.concat([...pieces, decoder.final()])
}

test('base64 comes back byte for byte, however it was cut into lines and chunks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(420)), (bytes, cuts) => {
      const text = Buffer.from(bytes).toString('base64').replaceAll(/.{20}/g, '$&\r\n')
      expect(inPieces('base64', Buffer.from(text), cuts)).toEqual(Buffer.from(bytes))
    }),
  )
})

test('base64 padded line by line is one file, and stray characters are no part of it', () => {
  expect(decodeTransfer('base64', Buffer.from('aGVsbG8=\r\nIHdvcmxk\r\n!!'))).toEqual(
    Buffer.from('hello world'),
  )
})

test('quoted-printable gives the same bytes however it was cut into chunks', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '=', '4', 'F', '\r\n', '\n', ' ', '\t'),
    maxLength: 60,
  })
  fc.assert(
    fc.property(text, fc.array(fc.nat(80)), (encoded, cuts) => {
      const bytes = Buffer.from(encoded)
      expect(inPieces('quoted-printable', bytes, cuts)).toEqual(decodeTransfer('quoted-printable', bytes))
    }),
  )
})

test.each([
  ['=C3=A9t=e9', 'c3a974e9'],
  ['soft =\r\nbreak', Buffer.from('soft break').toString('hex')],
  ['trailing  \r\nspace', Buffer.from('trailing\r\nspace').toString('hex')],
  ['no =escape, 50=% =', Buffer.from('no =escape, 50=% ').toString('hex')],
])('quoted-printable %j', (encoded, hex) => {
  expect(decodeTransfer('quoted-printable', Buffer.from(encoded)).toString('hex')).toBe(hex)
})

test.each(['=', ' ', 'a', '=4'])(
  'a line of a megabyte of %j is decoded in pieces, in no time worth speaking of',
  (unit) => {
    const bytes = Buffer.from(unit.repeat(1_000_000))
    const decoder = transferDecoder('quoted-printable')
    let size = 0
    for (let at = 0; at < bytes.length; at += 16_384)
      size += decoder.update(bytes.subarray(at, at + 16_384)).length
    size += decoder.final().length
    // White space at the end of a line is dropped, and this line is nothing else.
    expect(size).toBeGreaterThanOrEqual(unit === ' ' ? 0 : 990_000)
  },
)
