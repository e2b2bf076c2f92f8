/** The one handover that a portal frame takes, and the forgeries that it does not. */
import { describe, expect, test } from 'vitest'
import { receiveHandover, windowNonce } from '../../extension/entrypoints/portal/handshake.ts'

const nonce = 'n'.repeat(43)
const handover = { postern: 'handover', nonce }

/** As much of a window as the handover needs: real events, real ports. */
function frame() {
  const parent = new EventTarget()
  const self = Object.assign(new EventTarget(), { parent })
  const post = (data: unknown, { source = parent, ports = [new MessageChannel().port2] } = {}) => {
    const event = new MessageEvent('message', { data, ports })
    // Node's event takes no window as its source.
    Object.defineProperty(event, 'source', { value: source })
    self.dispatchEvent(event)
    return ports
  }
  // A cast at the edge: no document is needed.
  return { post, received: receiveHandover(self as unknown as Window), self }
}

const nothing = Symbol('nothing')
const soon = <T>(promise: Promise<T>) =>
  Promise.race([promise, new Promise<typeof nothing>((resolve) => setTimeout(resolve, 20, nothing))])

describe('the handover', () => {
  test('gives nonce and port', async () => {
    const { post, received } = frame()
    const [port] = post(handover)
    expect(await received).toEqual({ nonce, port })
  })

  test('is taken from a mail in a frame beside it, whose portal this is', async () => {
    const { post, received, self } = frame()
    const beside = Object.assign(new EventTarget(), { parent: self.parent })
    post(handover, { source: beside })
    expect((await received).nonce).toBe(nonce)
  })

  test('is taken once: the first that is whole counts', async () => {
    const { post, received } = frame()
    post({ postern: 'handover', nonce: 'short' })
    post(handover)
    post({ postern: 'handover', nonce: 'm'.repeat(43) })
    expect((await received).nonce).toBe(nonce)
  })

  test.each<[string, unknown, object?]>([
    ['another window', handover, { source: new EventTarget() }],
    [
      'a frame in another page',
      handover,
      { source: Object.assign(new EventTarget(), { parent: new EventTarget() }) },
    ],
    ['nobody', handover, { source: null }],
    ['no port', handover, { ports: [] }],
    ['two ports', handover, { ports: [new MessageChannel().port1, new MessageChannel().port2] }],
    ['one word more', { ...handover, more: 1 }],
    ['another word', { postern: 'hello', nonce }],
    ['no nonce', { postern: 'handover' }],
    ['a nonce of other letters', { postern: 'handover', nonce: '<'.repeat(43) }],
    ['a nonce that is no text', { postern: 'handover', nonce: [nonce] }],
    ['text', nonce],
    ['nothing', null],
  ])('is not taken from or with %s', async (_what, data, from) => {
    const { post, received } = frame()
    post(data, from)
    expect(await soon(received)).toBe(nothing)
  })

  test('is not taken in a window of its own', async () => {
    const self: EventTarget & { parent?: EventTarget } = new EventTarget()
    self.parent = self
    const received = receiveHandover(self as unknown as Window)
    const event = new MessageEvent('message', { data: handover, ports: [new MessageChannel().port2] })
    Object.defineProperty(event, 'source', { value: self })
    self.dispatchEvent(event)
    expect(await soon(received)).toBe(nothing)
  })
})

test('the window has its nonce in the fragment, and nothing else there is taken for one', () => {
  expect(windowNonce({ hash: `#${nonce}` })).toBe(nonce)
  for (const hash of ['', '#', `#${nonce}x`, `#?${nonce}`, `#${nonce.slice(1)}%`]) {
    expect(windowNonce({ hash })).toBeUndefined()
  }
})
