/** A reply begun in the webmail: which message it answers (C6). */
import { beforeEach, expect, test } from 'vitest'
import { describedBy, keyOf, linkBy, newRoot, type Root } from '../fixtures/described-gateway.ts'
import { pair, startTestExtension, type TestExtension } from '../fixtures/extension.ts'

const addressOf = (handle: string) => `r+${handle}.${'0'.repeat(28)}@example.test`
const handles = Array.from({ length: 520 }, (_, index) => index.toString(16).padStart(32, '0'))
let key: Root
let extension: TestExtension

beforeEach(async () => {
  const root = await newRoot()
  key = await newRoot()
  extension = startTestExtension({
    fetch: async (url) => {
      const portal = new URL(url).origin
      return Response.json(
        await describedBy(root, { now: Date.now(), portal, keys: [keyOf('a1', key)], title: 'Gateway' }),
      )
    },
  })
  await pair(extension, 'https://gw.example')
})

const pathOfReply = async (address: string) => {
  const ticket = await extension.page({ ask: 'open-reply', address, where: 'frame' })
  const first = await extension.frame({ nonce: 'nonce' in ticket ? ticket.nonce : '' }).next()
  return (first['admitted'] as { path: string }).path
}

test('an ordinary address, and one that only looks a little like it, offer nothing', async () => {
  for (const address of ['a@b.example', `r+${'0'.repeat(32)}@b.example`, `x${addressOf('0'.repeat(32))}`]) {
    expect(await extension.page({ ask: 'replying-to', addresses: [address] }), address).toBeNull()
    await expect(pathOfReply(address)).rejects.toThrow('nothing-here')
  }
})

test('a message that was never seen here is asked for where there is one gateway, and nowhere where there are two', async () => {
  const [handle = ''] = handles
  expect(await pathOfReply(addressOf(handle))).toBe(`/portal/inbox/${handle}`)
  await pair(extension, 'https://two.example')
  expect(await extension.page({ ask: 'replying-to', addresses: [addressOf(handle)] })).toBeNull()
})

test('five hundred messages are remembered, the newest of them', async () => {
  await pair(extension, 'https://two.example')
  const links = await Promise.all(handles.map((handle) => linkBy('a1', key, handle)))
  for (let at = 0; at < links.length; at += 20) {
    const found = links.slice(at, at + 20).map((value) => ({ kind: 'link' as const, value }))
    await extension.page({ ask: 'judge', found })
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const newest = handles.at(-1) ?? ''
  expect(await pathOfReply(addressOf(newest).toUpperCase())).toBe(new URL(links.at(-1) ?? '').pathname)
  expect(Object.keys(extension.stored.session['handles'] as object)).toHaveLength(500)
  expect(await extension.page({ ask: 'replying-to', addresses: [addressOf(handles[0] ?? '')] })).toBeNull()
})
