/** What was asked of delivery goes on with a message, as far as the next server takes it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mail } from './routes-parts.ts'
import { startRemote } from '../peers/remote.ts'
import { type RoutesGround, letter, routesGround } from './routes-parts.ts'

let parts: RoutesGround
beforeAll(async () => {
  parts = await routesGround()
})
afterAll(() => parts[Symbol.asyncDispose]())

/** One message to a server with these features. */
async function fare(features: string[], mail: Partial<Mail>) {
  await using remote = await startRemote({ features })
  using ways = parts.ways({ smartHost: { host: '127.0.0.1', port: remote.port } })
  const outcomes = await ways.send({ to: ['bob@far.test'], ...mail })
  return { outcomes, received: remote.received, reads: ways.reads }
}

const everything = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN', 'SIZE 1000000']
const eightBitText = Buffer.from(`${letter}Grüße\r\n`)

describe('reports (RFC 3461)', () => {
  const to = [
    { address: 'a@far.test', notify: ['success', 'delay'] as const, orcpt: 'rfc822;a+2Bx@old.test' },
    { address: 'b@far.test', notify: ['never'] as const },
    { address: 'c@far.test' },
  ].map((one) => ({ ...one, notify: one.notify && [...one.notify] }))
  const envelope = { ret: 'hdrs' as const, envid: 'QQ+2B1' }

  test('what each recipient’s sender wants to hear goes on, as it came', async () => {
    const { outcomes, received } = await fare(everything, { to, envelope })
    expect(outcomes).toMatchObject(to.map(({ address }) => ({ address, relayedDsn: true })))
    expect(received).toMatchObject([
      {
        parameters: `SIZE=${letter.length} RET=HDRS ENVID=QQ+2B1`,
        rcptParameters: ['NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bx@old.test', 'NOTIFY=NEVER', ''],
      },
    ])
  })

  test('to a server without DSN nothing of it is said, and nobody else will report', async () => {
    const { outcomes, received } = await fare(['SIZE'], { to, envelope })
    expect(outcomes.map(({ relayedDsn }) => relayedDsn)).toEqual([undefined, undefined, undefined])
    expect(received).toMatchObject([{ parameters: `SIZE=${letter.length}`, rcptParameters: ['', '', ''] }])
  })

  test('what is no xtext is not passed on', async () => {
    const odd = [{ address: 'a@far.test', orcpt: 'rfc822;a b\r\nDATA' }]
    const { received } = await fare(everything, { to: odd, envelope: { envid: 'x y' } })
    expect(received).toMatchObject([{ parameters: `SIZE=${letter.length}`, rcptParameters: [''] }])
  })
})

describe('8-bit messages (RFC 6152)', () => {
  test('go on as what they are', async () => {
    const { received } = await fare(everything, { envelope: { eightBit: true }, text: eightBitText })
    expect(received).toMatchObject([{ parameters: `BODY=8BITMIME SIZE=${eightBitText.length}` }])
    expect(received[0]?.data.equals(eightBitText)).toBe(true)
  })

  test('come back from a server that does not take them, where there is an 8-bit byte in them', async () => {
    const { outcomes, received } = await fare([], { envelope: { eightBit: true }, text: eightBitText })
    expect(outcomes).toMatchObject([{ state: 'failed', status: '5.6.3' }])
    expect(received).toEqual([])
    const plain = await fare([], { envelope: { eightBit: true } })
    expect(plain.outcomes).toMatchObject([{ state: 'delivered' }])
  })

  test('are read once where the server takes everything, and twice where it has to be looked', async () => {
    expect((await fare(everything, { envelope: { eightBit: false } })).reads).toBe(1)
    expect((await fare([], { envelope: { eightBit: false } })).reads).toBe(2)
  })
})

describe('letters beyond ASCII (RFC 6531)', () => {
  test('a domain becomes A-labels, which every server takes; a local part needs SMTPUTF8', async () => {
    const to = ['bob@jõgeva.test', 'jürgen@far.test']
    const old = await fare(['PIPELINING'], { to, from: 'ann@bücher.test' })
    expect(old.received).toMatchObject([{ from: 'ann@xn--bcher-kva.test', to: ['bob@xn--jgeva-dua.test'] }])
    expect(old.outcomes).toMatchObject([
      { address: 'jürgen@far.test', state: 'failed', status: '5.6.7' },
      { address: 'bob@jõgeva.test', state: 'delivered' },
    ])
    const young = await fare(everything, { to, from: 'ann@bücher.test' })
    expect(young.received).toMatchObject([{ to: ['bob@xn--jgeva-dua.test', 'jürgen@far.test'] }])
    expect(young.received[0]?.parameters).toContain('SMTPUTF8')
  })

  test('a sender with such a local part is sent to no server that does not know it', async () => {
    const { outcomes, received } = await fare([], { from: 'jürgen@example.test' })
    expect(outcomes).toMatchObject([{ state: 'failed', status: '5.6.7' }])
    expect(received).toEqual([])
  })

  test('header fields with such letters need it as well, and a mere wish for it does not', async () => {
    const text = `Subject: Grüße\r\n${letter}`
    const envelope = { utf8: true }
    expect((await fare(everything, { text, envelope })).received[0]?.parameters).toContain('SMTPUTF8')
    expect((await fare(['8BITMIME'], { text, envelope })).outcomes).toMatchObject([{ status: '5.6.7' }])
    expect((await fare(['8BITMIME'], { envelope })).outcomes).toMatchObject([{ state: 'delivered' }])
    // Nobody said SMTPUTF8 of it: it is what it always was.
    const silent = await fare(['8BITMIME'], { text, envelope: { utf8: false, eightBit: true } })
    expect(silent.outcomes).toMatchObject([{ state: 'delivered' }])
  })
})

test('a message larger than a server takes is not begun (RFC 1870)', async () => {
  const { outcomes, received } = await fare(['SIZE 20'], {})
  expect(outcomes).toMatchObject([{ state: 'failed', status: '5.3.4' }])
  expect(received).toEqual([])
  expect((await fare(['SIZE 0'], {})).outcomes).toMatchObject([{ state: 'delivered' }])
})

test('commands go at once where PIPELINING is offered, and one by one elsewhere', async () => {
  const to = ['a@far.test', 'nobody@far.test', 'b@far.test']
  for (const features of [['PIPELINING'], []]) {
    await using remote = await startRemote({
      features,
      answer: (command) => (command.startsWith('RCPT TO:<nobody@') ? '550 5.1.1 nobody' : undefined),
    })
    using ways = parts.ways({ smartHost: { host: '127.0.0.1', port: remote.port } })
    const outcomes = await ways.send({ to })
    expect(outcomes.map(({ state }) => state)).toEqual(['delivered', 'failed', 'delivered'])
    expect(await ways.send({ to: ['nobody@far.test'] })).toMatchObject([{ state: 'failed', status: '5.1.1' }])
    expect(await ways.send({ to: ['c@far.test'] })).toMatchObject([{ state: 'delivered' }])
    expect(remote.received.map((one) => one.to)).toEqual([['a@far.test', 'b@far.test'], ['c@far.test']])
    expect(remote.connections).toBe(1)
  }
})
