/** Who is admitted to the portal page, once, and who is not. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Asker, askerOf } from '../../extension/gateways/senders.ts'
import { createTickets } from '../../extension/gateways/tickets.ts'

const id = 'abcdefghijklmnopabcdefghijklmnop'
const base = `chrome-extension://${id}/`
const framePage = 'chrome-extension://0b9a5e1c-dynamic/portal.html'

function desk() {
  let at = 1_000_000
  const tickets = createTickets<string>({
    now: () => at,
    random: (size) => randomBytes(size),
    framePage,
    base,
  })
  return { tickets, pass: (ms: number) => void (at += ms) }
}

/** Our portal page, as the browser describes it. */
const portal = (tab: number, frame: number, path = 'portal.html', of = id): Asker | undefined =>
  askerOf({ id: of, url: `${base}${path}`, frameId: frame, tab: { id: tab } }, { id, base })

describe('a ticket for a frame', () => {
  test('has an unguessable nonce, the page to load and the origin to post to', () => {
    const { tickets } = desk()
    const [one, other] = [tickets.issue('a', 7), tickets.issue('a', 7)]
    expect(one).toEqual({
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      url: framePage,
      origin: `chrome-extension://${id}`,
    })
    expect(one.nonce).not.toBe(other.nonce)
  })

  test('admits a frame of its tab, once', async () => {
    const { tickets } = desk()
    const { nonce } = tickets.issue('the message', 7)
    expect(await tickets.admit(nonce, portal(7, 3))).toEqual({ grant: 'the message', place: 'frame' })
    expect(await tickets.admit(nonce, portal(7, 3))).toBeUndefined()
  })

  test('admits for 30 s and no longer', async () => {
    const { tickets, pass } = desk()
    const [early, late] = [tickets.issue('early', 7), tickets.issue('late', 7)]
    pass(29_999)
    expect(await tickets.admit(early.nonce, portal(7, 3))).toBeDefined()
    pass(1)
    expect(await tickets.admit(late.nonce, portal(7, 3))).toBeUndefined()
  })

  test.each<[string, Asker | undefined]>([
    ['another tab', portal(8, 3)],
    ['a tab of its own', portal(7, 0)],
    ['another page of ours', portal(7, 3, 'options.html')],
    ['a page whose address only begins like ours', portal(7, 3, 'portal.html.evil')],
    ['another extension', portal(7, 3, 'portal.html', 'pppppppppppppppppppppppppppppppp')],
    [
      'a content script',
      askerOf({ id, url: 'https://mail.example/', frameId: 3, tab: { id: 7 } }, { id, base }),
    ],
    ['nobody the browser knows', undefined],
  ])('is of no use to %s, and spent by the attempt', async (_who, asker) => {
    const { tickets } = desk()
    const { nonce } = tickets.issue('the message', 7)
    expect(await tickets.admit(nonce, asker)).toBeUndefined()
    expect(await tickets.admit(nonce, portal(7, 3))).toBeUndefined()
  })

  test.each([['A'.repeat(43)], [''], [undefined], [42], [{ toString: () => 'A' }], [['A'.repeat(43)]]])(
    'is not guessed: %o',
    async (nonce) => {
      const { tickets } = desk()
      const ticket = tickets.issue('the message', 7)
      expect(await tickets.admit(nonce, portal(7, 3))).toBeUndefined()
      expect(await tickets.admit(`${ticket.nonce}A`, portal(7, 3))).toBeUndefined()
      expect(await tickets.admit(ticket.nonce.slice(1), portal(7, 3))).toBeUndefined()
      expect(await tickets.admit(ticket.nonce, portal(7, 3))).toBeDefined()
    },
  )

  test('a page that has tickets made without end spoils only its own', async () => {
    const { tickets } = desk()
    const other = tickets.issue('other tab', 8)
    const many = Array.from({ length: 50 }, (_, index) => tickets.issue(`${index}`, 7))
    expect(await tickets.admit(many[0]?.nonce, portal(7, 3))).toBeUndefined()
    expect(await tickets.admit(many[49]?.nonce, portal(7, 3))).toMatchObject({ grant: '49' })
    expect(await tickets.admit(other.nonce, portal(8, 3))).toMatchObject({ grant: 'other tab' })
  })
})

describe('a ticket for a window', () => {
  const nonceIn = (url: string) => url.split('#')[1]

  test('carries its nonce in the fragment of our own address', () => {
    expect(desk().tickets.issueWindow('a').url).toMatch(new RegExp(`^${base}portal\\.html#[\\w-]{43}$`))
  })

  test('admits the tab that was made for it, even where that asks first', async () => {
    const { tickets } = desk()
    const ticket = tickets.issueWindow('the message')
    const admitted = tickets.admit(nonceIn(ticket.url), portal(9, 0))
    ticket.bind(9)
    expect(await admitted).toEqual({ grant: 'the message', place: 'window' })
    expect(await tickets.admit(nonceIn(ticket.url), portal(9, 0))).toBeUndefined()
  })

  test('admits no other tab, and no frame', async () => {
    const { tickets } = desk()
    const [one, other] = [tickets.issueWindow('a'), tickets.issueWindow('b')]
    one.bind(9)
    other.bind(9)
    expect(await tickets.admit(nonceIn(one.url), portal(10, 0))).toBeUndefined()
    expect(await tickets.admit(nonceIn(other.url), portal(9, 4))).toBeUndefined()
  })

  test('admits nobody where the window was not opened', async () => {
    const { tickets } = desk()
    const ticket = tickets.issueWindow('a')
    const waiting = tickets.admit(nonceIn(ticket.url), portal(9, 0))
    ticket.discard()
    expect(await waiting).toBeUndefined()
  })
})
