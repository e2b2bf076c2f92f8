import { describe, expect, test } from 'vitest'
import { identitiesOf, passesOf, processedField } from '../../gateway/delivery/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

const macOf = (key: number) => {
  const vault = createVault(Buffer.alloc(32, key))
  return (purpose: string, data: string | Uint8Array) => vault.mac(purpose, data)
}
const mac = macOf(7)
const fields = (of: Record<string, string>) => (name: string) => {
  const value = of[name]
  return value === undefined ? [] : [value]
}
const letter = { 'message-id': '<1@example.test>', from: 'ann@example.test', date: 'today', subject: 'Hi' }
const [identity, ...more] = identitiesOf(fields(letter))
const value = (line: string) => line.slice(line.indexOf(':') + 1).trimEnd()

describe('a message that comes back', () => {
  test('is known by its field, which counts one more each time', () => {
    for (const passes of [0, 1, 7]) {
      const line = processedField(mac, { accountId: 'a', identity, passes })
      expect(line).toMatch(/^X-Postern-Processed: \d+ [\w-]{32}\r\n$/)
      expect(passesOf(mac, 'a', [identity, ...more], [value(line)])).toBe(passes + 1)
    }
  })

  test('is known by a Message-ID that a server on the way added', () => {
    const { from, date, subject } = letter
    const [only, ...none] = identitiesOf(fields({ from, date, subject }))
    expect(none).toEqual([])
    const line = processedField(mac, { accountId: 'a', identity: only, passes: 0 })
    expect(passesOf(mac, 'a', identitiesOf(fields(letter)), [value(line)])).toBe(1)
  })

  test('is known where a server on the way folded its fields anew', () => {
    const folded = { ...letter, 'message-id': '\t<1@example.test> ' }
    const line = processedField(mac, { accountId: 'a', identity, passes: 0 })
    expect(passesOf(mac, 'a', identitiesOf(fields(folded)), [` ${value(line)} `])).toBe(1)
  })

  test('counts by the highest of several fields', () => {
    const of = (passes: number) => value(processedField(mac, { accountId: 'a', identity, passes }))
    expect(passesOf(mac, 'a', [identity], ['nonsense', of(2), of(0)])).toBe(3)
  })
})

describe('a field that is not genuine counts nothing', () => {
  const genuine = value(processedField(mac, { accountId: 'a', identity, passes: 2 }))
  const [other] = identitiesOf(fields({ ...letter, 'message-id': '<2@example.test>' }))
  const table: [what: string, passes: () => number][] = [
    ['on another message', () => passesOf(mac, 'a', [other], [genuine])],
    ['of another account', () => passesOf(mac, 'b', [identity], [genuine])],
    ['of another gateway', () => passesOf(macOf(8), 'a', [identity], [genuine])],
    ['with another count', () => passesOf(mac, 'a', [identity], [genuine.replace('3', '1')])],
    [
      'made up',
      () => passesOf(mac, 'a', [identity], ['9 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '', '3', '-1 x']),
    ],
    ['cut short', () => passesOf(mac, 'a', [identity], [genuine.slice(0, -1)])],
  ]
  for (const [what, passes] of table) test(what, () => expect(passes()).toBe(0))
})
