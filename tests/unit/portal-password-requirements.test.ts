import { expect, test } from 'vitest'
import { ownTicks } from '../../shared/portal/entry/requirements.ts'
import { looksLikeAddress } from '../../shared/portal/entry/address.ts'

test('twelve characters are twelve characters in any script', () => {
  expect(ownTicks('elevenchars', '').length).toBe(false)
  expect(ownTicks('twelve chars', '').length).toBe(true)
  expect(ownTicks('🦊'.repeat(11), '').length).toBe(false)
  expect(ownTicks('🦊'.repeat(12), '').length).toBe(true)
})

test('the bytes are counted, not the characters', () => {
  expect(ownTicks('é'.repeat(512), '').bytes).toBe(true)
  expect(ownTicks('é'.repeat(513), '').bytes).toBe(false)
})

test('nothing typed meets nothing', () => {
  expect(ownTicks('', '')).toEqual({ length: false, bytes: false, same: false })
})

test('spaces within a password count', () => {
  expect(ownTicks('a b', 'a b').same).toBe(true)
  expect(ownTicks('a b', 'a b ').same).toBe(false)
})

test('slips in an address are caught, uncommon addresses are not', () => {
  expect(['bob', 'bob@', '@x', 'bob at x', ''].filter(looksLikeAddress)).toEqual([])
  const fine = [
    ' bob@elsewhere.test ',
    'bob@localhost',
    'jörg@bücher.example',
    '"a@b"@x.example',
    'b@[192.0.2.1]',
  ]
  expect(fine.filter((address) => !looksLikeAddress(address))).toEqual([])
})
