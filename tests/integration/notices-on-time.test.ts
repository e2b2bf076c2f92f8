/** Reminders and warnings of expiry: who gets them, when, and that each comes once. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDelivery } from '../../gateway/delivery/index.ts'
import { createMessages } from '../../gateway/messages/index.ts'
import { type Notice, readReplyAddress } from '../../gateway/notices/index.ts'
import { createPeople } from '../../gateway/people/index.ts'
import { openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'
import { browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { linkIn, newestMail, outboxOf, sendMail } from '../fixtures/mail.ts'
import { copy, everyNotice, noticeDesk, start } from '../fixtures/notice-desk.ts'
import { parsed } from '../fixtures/parsed-mail.ts'
import { signedIn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { startRemote } from '../peers/remote.ts'
import { type Office, day, mail, office, quiet } from './messages-parts.ts'

const hour = day / 24
const bob = 'bob@elsewhere.test'

describe('a reminder that the sender asked for', () => {
  const clock = testClock()
  let gateway: TestGateway | undefined
  afterEach(async () => {
    await gateway?.[Symbol.asyncDispose]()
    gateway = undefined
  })

  test('comes once, with a link of its own that opens the message', async () => {
    gateway = await startTestGateway({ now: clock.now })
    await sendMail(gateway, { subject: '[secure remind=3d] Contract' })
    const notification = await newestMail(gateway, bob, /^Secure message/)
    clock.pass(3 * day - 1)
    expect(await gateway.messages.remindDue()).toBe(0)
    clock.pass(1)
    expect(await gateway.messages.remindDue()).toBe(1)
    const reminder = await newestMail(gateway, bob, /^Not read yet: secure message from Alice Example$/)
    expect(reminder.headers.get('auto-submitted')).toBe('auto-generated')
    expect(reminder.replyTo?.text).toBe(notification.replyTo?.text)
    expect(reminder.text).toContain('27 days left')
    const link = linkIn(reminder)
    expect(link).not.toBe(linkIn(notification))
    const browser = await signedIn(gateway, bob)
    const { json } = await browser.get(`/api/links/${link.slice(link.lastIndexOf('/') + 1)}`)
    expect(json).toMatchObject({ state: 'genuine', address: bob, messageId: expect.any(String) as string })

    expect(await gateway.messages.remindDue()).toBe(0)
    expect(await outboxOf(gateway, 'alice@example.test')).toEqual([])
    expect((await eventsOf(gateway)).filter((type) => type === 'reminded')).toHaveLength(1)
  })

  test('comes by itself within a minute', async () => {
    // Timers alone: a minute passes for the housekeeping, and the clock stays what it is.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    try {
      gateway = await startTestGateway({ now: clock.now })
      await sendMail(gateway, { subject: '[secure remind=1h] Contract' })
      await gateway.store.write((trx) => trx.updateTable('copies').set({ remind_at: clock.now() }).execute())
      await vi.advanceTimersByTimeAsync(60_000)
      await until(async () => (await eventsOf(gateway)).includes('reminded'), 'the reminder has left')
    } finally {
      vi.useRealTimers()
    }
  })

  test('tells nothing once the message was read while the mail waited to be sent', async () => {
    let up = false
    await using remote = await startRemote({
      answer: (command) => (command === 'END' && !up ? '451 4.3.0 come back later' : undefined),
    })
    gateway = await startTestGateway({
      now: clock.now,
      settings: { smartHost: `127.0.0.1:${remote.port}` },
    })
    await sendMail(gateway, { subject: '[secure remind=1d] Contract' })
    clock.pass(day)
    expect(await gateway.messages.remindDue()).toBe(1)
    await gateway.delivery.idle()
    const browser = await signedIn(gateway, bob)
    const { json } = await browser.get('/api/messages')
    const [first] = (json as { items: { id: string }[] }).items
    await browser.post(`/api/messages/${first?.id ?? ''}/open`)
    up = true
    clock.pass(hour)
    await gateway.delivery.retry({})
    await until(async () => (await queued(gateway)) === 0, 'the queue is empty')
    const subjects = remote.received.map(({ data }) => /^Subject: (.*)$/m.exec(data.toString())?.[1])
    expect(subjects.some((subject) => subject?.startsWith('Secure message'))).toBe(true)
    expect(subjects.some((subject) => subject?.startsWith('Not read yet'))).toBe(false)
  })
})

/** Types of what happened to copies. */
async function eventsOf(gateway: TestGateway | undefined): Promise<string[]> {
  const rows = await gateway?.store.db
    .selectFrom('events')
    .select('type')
    .where('copy_id', 'is not', null)
    .execute()
  return rows?.map(({ type }) => type) ?? []
}

async function queued(gateway: TestGateway | undefined): Promise<number> {
  const rows = await gateway?.store.db
    .selectFrom('dispatches')
    .select('id')
    .where('state', '=', 'queued')
    .execute()
  return rows?.length ?? 0
}

/** Types of the notices queued since the last look, beside those that come with a message. */
async function told(desk: Office): Promise<string[]> {
  const queue = await desk.queue()
  return queue
    .map(({ notice, to }) => `${notice?.type ?? ''} ${to.join()}`)
    .filter((one) => /^(reminder|expiry-warning)/.test(one))
    .sort()
}

describe('what is due', () => {
  test('is told to whom it concerns, and to nobody after a week in which the gateway was off', async () => {
    await using desk = await office()
    const send = (address: string, options: { reminderDays?: number; expiryDays?: number }) =>
      desk.receive({ raw: mail({}, 'x'), hold: [address], options })
    await send('unread@clinic.test', { reminderDays: 3 })
    await send('read@clinic.test', { reminderDays: 3 })
    await send('recalled@clinic.test', { reminderDays: 3 })
    await send('expired@clinic.test', { reminderDays: 3, expiryDays: 5 })
    await send('both@clinic.test', { reminderDays: 3, expiryDays: 8 })
    await send('soon@clinic.test', { reminderDays: 3, expiryDays: 9.6 })
    await send('later@clinic.test', { reminderDays: 9, expiryDays: 30 })
    const read = await desk.newest('read@clinic.test')
    await desk.messages.open(read.person, read.id)
    await desk.messages.recall((await desk.newest('recalled@clinic.test')).id, '')
    desk.clock.at += 7 * day
    // `soon` would be warned of in the next hours: the reminder would be one mail too many.
    expect(await desk.messages.remindDue()).toBe(2)
    expect(await told(desk)).toEqual(['expiry-warning both@clinic.test', 'reminder unread@clinic.test'])
    expect(await desk.messages.remindDue()).toBe(0)
    desk.clock.at += 2 * day
    expect(await desk.messages.remindDue()).toBe(2)
    expect(await told(desk)).toEqual(
      expect.arrayContaining(['expiry-warning soon@clinic.test', 'reminder later@clinic.test']),
    )
  })

  test('is left to the warning where that comes within hours', async () => {
    await using desk = await office()
    await desk.receive({
      raw: mail({}, 'x'),
      hold: ['rita@clinic.test'],
      options: { reminderDays: 26.9, expiryDays: 30 },
    })
    desk.clock.at += 26.9 * day
    expect(await desk.messages.remindDue()).toBe(0)
    desk.clock.at += 0.1 * day
    expect(await desk.messages.remindDue()).toBe(1)
    desk.clock.at += 2 * day
    expect(await desk.messages.remindDue()).toBe(0)
    expect(await told(desk)).toEqual(['expiry-warning rita@clinic.test'])
  })

  test('is told once however the clock of the machine is set', async () => {
    await using desk = await office()
    await desk.receive({ raw: mail({}, 'x'), hold: ['rita@clinic.test'], options: { reminderDays: 3 } })
    for (const step of [3, -2, 2, -3, 3, 24, -27, 27, 2.9]) {
      desk.clock.at += step * day
      await desk.messages.remindDue()
    }
    expect(await told(desk)).toEqual(['expiry-warning rita@clinic.test', 'reminder rita@clinic.test'])
  })

  test('is told once by two processes that look at the same time, and by one that starts again', async () => {
    await using desk = await office({ reminderDays: 2 })
    for (let n = 0; n < 130; n++) await desk.receive({ raw: mail({}, 'x'), hold: [`r${n}@clinic.test`] })
    desk.clock.at += 2 * day
    const now = () => desk.clock.at
    const another = async () => {
      const store = await openStore(desk.directory)
      const people = createPeople({ store, vault: createVault(Buffer.alloc(32, 7)), now })
      const delivery = createDelivery({ store, people, config: { hostname: 'gw.test' }, now, log: quiet })
      const messages = createMessages({ store, people, delivery, now, log: quiet })
      const stack = new AsyncDisposableStack()
      stack.use(store)
      stack.use(delivery)
      stack.use(messages)
      return { messages, [Symbol.asyncDispose]: () => stack.disposeAsync() }
    }
    await using second = await another()
    const counts = await Promise.all([desk.messages.remindDue(), second.messages.remindDue()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(130)
    await using third = await another()
    expect(await third.messages.remindDue()).toBe(0)
    expect(new Set(await told(desk)).size).toBe(130)
    expect(await told(desk)).toHaveLength(130)
  })

  test('is not told to whom was shut out', async () => {
    await using desk = await office({ reminderDays: 2 })
    await desk.receive({ raw: mail({}, 'x'), hold: ['rita@clinic.test'] })
    const { id } = await desk.person('rita@clinic.test')
    await desk.store.write((trx) =>
      trx.updateTable('people').set({ disabled_at: 1 }).where('id', '=', id).execute(),
    )
    desk.clock.at += 2 * day
    expect(await desk.messages.remindDue()).toBe(0)
    expect(await told(desk)).toEqual([])
  })
})

describe('a warning of expiry', () => {
  async function opened(): Promise<Office & { copy: Awaited<ReturnType<Office['newest']>> }> {
    const desk = await office()
    await desk.receive({ raw: mail({}, 'x'), hold: ['rita@clinic.test'] })
    const found = await desk.newest('rita@clinic.test')
    await desk.messages.open(found.person, found.id)
    return Object.assign(desk, { copy: found })
  }

  test('comes three days before to whom has not read it', async () => {
    await using desk = await office()
    await desk.receive({ raw: mail({}, 'x'), hold: ['rita@clinic.test'] })
    desk.clock.at += 27 * day - 1
    expect(await desk.messages.remindDue()).toBe(0)
    desk.clock.at += 1
    expect(await desk.messages.remindDue()).toBe(1)
    expect(await told(desk)).toEqual(['expiry-warning rita@clinic.test'])
  })

  test('does not bother who has read it', async () => {
    await using desk = await opened()
    desk.clock.at += 27 * day
    expect(await desk.messages.remindDue()).toBe(0)
  })

  test('comes to who has marked it unread again', async () => {
    await using desk = await opened()
    await desk.messages.mark(desk.copy.person, desk.copy.id, true)
    desk.clock.at += 27 * day
    expect(await desk.messages.remindDue()).toBe(1)
  })

  test('comes to who has begun an answer, which would be lost', async () => {
    await using desk = await opened()
    await desk.messages.createDraft(desk.copy.person, { kind: 'reply', messageId: desk.copy.id })
    desk.clock.at += 27 * day
    expect(await desk.messages.remindDue()).toBe(1)
    expect(await desk.messages.noticeFacts(desk.copy.id)).toMatchObject({ unread: false, answerBegun: true })
  })
})

describe('what the letters say', () => {
  const warning = everyNotice('')['expiry-warning']
  const reminder = everyNotice('').reminder
  const text = async (notice: Notice, options: Parameters<typeof noticeDesk>[0]) => {
    await using desk = await noticeDesk(options)
    return await parsed((await desk.write(notice)).message)
  }

  test.each([
    ['en', 3 * day, 'in 3 days', '3 days left'],
    ['en', 3 * day - hour / 2, 'in 3 days', '3 days left'],
    ['en', 2 * day + 12 * hour, 'in 2 days', '2 days left'],
    ['en', day, 'in one day', 'one day left'],
    ['en', 20 * hour, 'in 20 hours', '20 hours left'],
    ['en', hour, 'in one hour', 'one hour left'],
    ['en', hour / 2, 'in less than one hour', 'less than one hour left'],
    ['de', 3 * day, 'läuft in 3 Tagen ab', 'noch 3 Tage'],
    ['de', day, 'läuft in einem Tag ab', 'noch einen Tag'],
    ['de', 20 * hour, 'läuft in 20 Stunden ab', 'noch 20 Stunden'],
    ['de', hour, 'läuft in einer Stunde ab', 'noch eine Stunde'],
    ['de', 60_000, 'läuft in weniger als einer Stunde ab', 'noch weniger als eine Stunde'],
  ])('in %s with %d ms left: %s', async (language, left, within, beside) => {
    const mail = await text(warning, { language, facts: { expiresAt: start + left }, now: () => start })
    expect(`${mail.subject ?? ''} ${mail.text ?? ''}`.replace(/\s+/g, ' ')).toContain(within)
    expect(mail.text?.replace(/\s+/g, ' ')).toContain(`(${beside})`)
  })

  test('an answer that was begun is spoken of where there is one', async () => {
    const facts = { expiresAt: start + day, readAt: start, unread: false }
    expect((await text(warning, { facts: { ...facts, answerBegun: true } })).text).toContain(
      'The answer that you have begun is lost with it',
    )
    expect((await text(warning, { facts: { ...facts, unread: true } })).text).not.toContain('answer that you')
  })

  test('a message that never expires is reminded of without a date', async () => {
    const mail = await text(reminder, { facts: { expiresAt: null } })
    expect(mail.text).toContain('Does not expire\n')
  })

  test('the subject stands in it where the account allows it', async () => {
    const settings = { subjectInNotice: true }
    expect((await text(reminder, { settings })).subject).toBe(
      'Not read yet: secure message from Alice Example: Your contract, second draft',
    )
    const facts = { expiresAt: start + day }
    expect((await text(warning, { settings, facts })).subject).toContain(': Your contract, second draft')
  })

  test('a reply to it is an answer to the message', async () => {
    await using desk = await noticeDesk()
    const mail = await parsed((await desk.write(reminder)).message)
    expect(readReplyAddress(desk.vault, mail.replyTo?.value[0]?.address ?? '')).toBe(copy.copyId)
  })

  test.each([
    ['it was read', reminder, { readAt: start }],
    ['it was recalled', reminder, { state: 'recalled' as const }],
    ['it has expired', reminder, { expiresAt: start + 1000 }],
    ['it was read', warning, { expiresAt: start + day, readAt: start, unread: false }],
    ['it was recalled', warning, { expiresAt: start + day, state: 'recalled' as const }],
    ['it has expired', warning, { expiresAt: start + 1000 }],
    ['it does not expire any more', warning, { expiresAt: null }],
  ])('nothing where %s meanwhile (%o)', async (_why, notice, facts) => {
    await using desk = await noticeDesk({ facts })
    const dispatch = { id: 'd', account_id: desk.account.id, created_at: start }
    expect(await desk.notices.compose(notice, dispatch)).toBe('gone')
  })
})

describe('receipts and alerts', () => {
  test('twenty readings of one message at once are one receipt, and each of twenty readers is told of', async () => {
    await using gateway = await startTestGateway()
    const readers = Array.from({ length: 20 }, (_, n) => `reader${n}@elsewhere.test`)
    await sendMail(gateway, { to: readers, subject: '[secure receipt] Minutes' })
    const browsers = await Promise.all(readers.map((reader) => signedIn(gateway, reader)))
    const idOf = async (browser: (typeof browsers)[number]) => {
      const { json } = await browser.get('/api/messages')
      return (json as { items: { id: string }[] }).items[0]?.id ?? ''
    }
    const [first] = browsers
    if (!first) throw new Error('there is no reader')
    const ids = await Promise.all(browsers.map(idOf))
    const firstId = ids[0] ?? ''
    await Promise.all([
      ...Array.from({ length: 20 }, () => first.post(`/api/messages/${firstId}/open`)),
      ...browsers.map((browser, n) => browser.post(`/api/messages/${ids[n] ?? ''}/open`)),
    ])
    const receipts = await outboxOf(gateway, 'alice@example.test')
    expect(receipts.map(({ subject }) => subject).sort()).toEqual(
      readers.map((reader) => `Read: your secure message to ${reader}`).sort(),
    )
    // RFC 8098 section 3: nothing is to answer a receipt.
    const rows = await gateway.store.db
      .selectFrom('outbox')
      .select('envelope_from')
      .where('recipients_json', 'like', '%alice@example.test%')
      .execute()
    expect(new Set(rows.map(({ envelope_from }) => envelope_from))).toEqual(new Set(['']))
  })

  test('a changed password is told of at once, one mail for each change', async () => {
    await using gateway = await startTestGateway()
    await sendMail(gateway, {})
    await gateway.delivery.idle()
    const browser = await signedIn(gateway, bob)
    const alerts = async () =>
      (await outboxOf(gateway, bob)).filter(({ subject }) => /was changed$/.test(subject ?? '')).length
    expect(await alerts()).toBe(1)
    // Twenty at once: one of them finds the password as it was.
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const again = browserClient(gateway.httpUrl, gateway.origin)
        for (const [name, value] of browser.cookies) again.cookies.set(name, value)
        return again.post('/api/password', {
          password: 'seven wild herons over the marsh',
          newPassword: `eight calm cranes beside the lake ${n}`,
        })
      }),
    )
    expect(await alerts()).toBe(2)
  })
})
