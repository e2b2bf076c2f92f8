import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReplyAddress, replyAddress } from '../../gateway/notices/index.ts'
import { parseAddress } from '../../gateway/people/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

const vault = createVault(randomBytes(32))
const copyId = '0123456789abcdef0123456789abcdef'
const address = replyAddress(vault, copyId, 'example.test')

describe('the address that a reply to a notification goes to', () => {
  test('names its copy, in any letter case, and fits the local part of any mail server', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const id = Buffer.from(bytes).toString('hex')
        const made = replyAddress(vault, id, 'mail.example.test')
        expect(readReplyAddress(vault, made)).toBe(id)
        expect(readReplyAddress(vault, made.toUpperCase())).toBe(id)
        expect(made.slice(0, made.indexOf('@')).length).toBeLessThanOrEqual(64)
        expect(parseAddress(made)?.address).toBe(made)
      }),
    )
  })

  test('cannot be made up: any character changed, cut or added, and it is an address like any other', () => {
    for (let at = 0; at < address.indexOf('@'); at++) {
      for (const other of '0123456789abcdefgr+.@') {
        if (other === address[at]) continue
        expect(readReplyAddress(vault, address.slice(0, at) + other + address.slice(at + 1))).toBeUndefined()
      }
      expect(readReplyAddress(vault, address.slice(0, at) + address.slice(at + 1))).toBeUndefined()
      expect(readReplyAddress(vault, `${address.slice(0, at)}0${address.slice(at)}`)).toBeUndefined()
    }
    for (const text of ['', '@', 'bob@else.test', `x${address}`, `<${address}>`, ` ${address}`])
      expect(readReplyAddress(vault, text)).toBeUndefined()
  })

  test('of another gateway says nothing here', () => {
    expect(
      readReplyAddress(vault, replyAddress(createVault(randomBytes(32)), copyId, 'example.test')),
    ).toBeUndefined()
  })

  test('has at least 80 secret bits', () => {
    const mac = /\.([0-9a-f]+)@/.exec(address)?.[1] ?? ''
    expect(mac.length * 4).toBeGreaterThanOrEqual(80)
  })
})
