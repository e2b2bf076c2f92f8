/**
 * Nothing lost, nothing doubled: thousands of letters go through a real Postfix, the gateway, a line that is cut now
 * and then, and a real Postfix that refuses, tempfails, greylists, limits, answers slowly and is away for a while.
 * Each ends in a mailbox once, or its sender is told once. POSTERN_TORTURE says how many letters: 300 in CI.
 */
import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { openStore } from '../../gateway/store/index.ts'
import { until } from '../fixtures/until.ts'
import type { Place } from '../peers/cutting-proxy.ts'
import { requirePrograms } from '../peers/require.ts'
import { type Count, countOf, duplicatesIn, sentAgain, wrongEnds } from './torture-count.ts'
import { type Letter, home, lettersOf } from './torture-mail.ts'
import { type World, startWorld } from './torture-world.ts'

const count = Number(process.env['POSTERN_TORTURE'] ?? 300)
const patience = 60_000 + count * 200

/**
 * Much mail takes its time, and what is tried again and again must not take the time of all other: the server behind
 * lets those wait who make many errors.
 */
const waits = (giveUpAfter: number) => ({
  waits: [500, 1000, 2000, 2000 + count * 4],
  giveUpAfter: giveUpAfter + count * 50,
})

beforeEach((context) => {
  requirePrograms(context, 'postfix')
  if (process.getuid?.() !== 0) context.skip('Postfix is started by root only')
})

// They wait more than they work, so they wait together.
test.concurrent(
  `each of ${count} letters is delivered once or bounced once, whatever the server behind does`,
  { timeout: patience + 60_000 },
  async () => {
    const canary = `canary${randomBytes(12).toString('hex')}`
    const letters = lettersOf(count, canary)
    await using world = await startWorld({
      retry: waits(30_000),
      cut: createTemper(),
      limits: {
        // Fewer than the gateway makes, and a pace that it is faster than.
        smtpd_client_connection_count_limit: '8',
        smtpd_client_message_rate_limit: String(Math.ceil(count / 2)),
        anvil_rate_time_unit: '2s',
      },
    })
    const begun = Date.now()
    const sending = world.send(letters)
    await outage(world)
    await sending
    await world.drained(patience)
    const seconds = (Date.now() - begun) / 1000

    const found = await countOf(world)
    await tell('misbehaving', world, letters, found, seconds)
    expect(await reportsGivenUp(world)).toBe(0)
    expect(wrongEnds(letters, found)).toEqual([])
    expect((await duplicatesIn(world, found)).filter(({ why }) => why === '')).toEqual([])
    expectUnharmed(letters, found)
    expectHidden(found, canary)
    expect(await world.gateway.stop()).toBe(0)
    await expectNothingLeft(world)
  },
)

test.concurrent(
  `of ${count} letters none is lost when the gateway is killed now and then, and each that comes twice has its reason`,
  { timeout: patience + 120_000 },
  async () => {
    const canary = `canary${randomBytes(12).toString('hex')}`
    const letters = lettersOf(count, canary, ['never.test'])
    await using world = await startWorld({
      retry: waits(3_600_000),
      cut: createTemper(),
    })
    const begun = Date.now()
    const sending = world.send(letters)
    for (let kill = 1; kill <= Math.max(3, count / 200); kill++) {
      const passed = world.proxy.transactions.length + Math.max(5, count / 20)
      await until(() => world.proxy.transactions.length >= passed, 'some mail had passed', patience)
      await world.killGateway()
    }
    await sending
    await world.drained(patience + 60_000)
    const seconds = (Date.now() - begun) / 1000

    const found = await countOf(world)
    await tell(`killed ${world.kills.length} times`, world, letters, found, seconds)
    expect(await reportsGivenUp(world)).toBe(0)
    expect(wrongEnds(letters, found, await sentAgain(world))).toEqual([])
    expect((await duplicatesIn(world, found)).filter(({ why }) => why === '')).toEqual([])
    expectUnharmed(letters, found)
    expectHidden(found, canary)
    expect(await world.gateway.stop()).toBe(0)
    await expectNothingLeft(world)
  },
)

test.concurrent(
  'a letter whose answer was lost after the final dot comes again, when the schedule says and not before',
  async () => {
    const wait = 3000
    const [first, letter] = lettersOf(2, '').map((one) => ({
      ...one,
      to: [`${one.messageId.slice(1, 3)}@taken.test`],
    }))
    if (!first || !letter) throw new Error('no letters')
    let lost = 0
    await using world = await startWorld({
      retry: { waits: [wait], giveUpAfter: 60_000 },
      cut: (place) => place.at === 'answer' && place.recipients.includes(letter.to[0] ?? '') && lost++ === 0,
    })
    // The connection it came by is kept: a cut of one that was used before must be no reason for more haste.
    await world.send([first])
    await until(() => world.proxy.transactions[0]?.answer !== undefined, 'the first letter had arrived')
    await world.send([letter])
    await world.drained(30_000)

    const [, cut, again] = world.proxy.transactions
    expect(world.proxy.transactions.map(({ messageId }) => messageId)).toEqual([
      first.messageId,
      letter.messageId,
      letter.messageId,
    ])
    expect(cut?.answer).toBeUndefined()
    expect((again?.dotAt ?? 0) - (cut?.dotAt ?? 0)).toBeGreaterThanOrEqual(0.8 * wait)
    const found = await countOf(world)
    expect(found.delivered.get(letter.to[0] ?? '')).toEqual([letter.messageId, letter.messageId])
    expect(await duplicatesIn(world, found)).toEqual([
      { recipient: letter.to[0], messageId: letter.messageId, why: 'the answer to the final dot was lost' },
    ])
    const metrics = await (await fetch(`${world.gateway.httpUrl}/metrics`)).text()
    expect(metrics).toMatch(/^postern_deferred_total(\{kind="message"\})? 1$/m)
  },
)

/** The line: recipients of cut-*.test are cut their first two times, and everybody now and then. */
function createTemper(): (place: Place) => boolean {
  const times = new Map<string, number>()
  const again = (key: string) => {
    const before = times.get(key) ?? 0
    times.set(key, before + 1)
    return before
  }
  return (place) => {
    switch (place.at) {
      case 'greeting':
        return place.connection % 13 === 0
      case 'rcpt':
        return place.recipient.endsWith('@cut-rcpt.test') && again(`rcpt ${place.recipient}`) < 2
      case 'data': {
        const named = place.recipients.find((one) => one.endsWith('@cut-data.test'))
        if (named !== undefined) return again(`data ${named}`) < 2
        return place.recipients.some((one) => one.endsWith(`@${home}`)) && again('report') % 10 === 0
      }
      case 'answer':
        return false
    }
  }
}

/** The Postfix behind is stopped for as long as twenty connections find nobody. */
async function outage({ behind, proxy }: World): Promise<void> {
  await until(() => proxy.transactions.length > count / 10, 'some mail had passed', patience)
  await behind.stop()
  const before = proxy.unreached
  await until(() => proxy.unreached > before + 20, 'the outage was noticed', patience)
  await behind.start()
}

/** What was delivered is what was sent, byte for byte, whole. */
function expectUnharmed(letters: readonly Letter[], { files }: Count): void {
  const bodies = new Map(letters.map(({ messageId, body }) => [messageId, body]))
  const harmed = files.filter(({ messageId, text }) => {
    const body = bodies.get(messageId)
    return body !== undefined && text.slice(text.indexOf('\n\n') + 2) !== body
  })
  expect(harmed.map(({ recipient }) => recipient)).toEqual([])
}

/** Nothing of secure mail went behind, neither as it was nor in base64. */
function expectHidden({ files }: Count, canary: string): void {
  const forms = [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + canary)
      .toString('base64')
      .slice(4, -4),
  )
  const shown = files.filter(({ text }) => [canary, ...forms].some((form) => text.includes(form)))
  expect(shown.map(({ recipient }) => recipient)).toEqual([])
}

async function expectNothingLeft({ dataDir }: World): Promise<void> {
  await using store = await openStore(dataDir)
  const left = await store.db
    .selectFrom('dispatches')
    .select(['id', 'state', 'recipients_json'])
    .where((where) => where.or([where('state', '=', 'queued'), where('lease_owner', 'is not', null)]))
    .execute()
  expect(left).toEqual([])
}

/** Reports that could not be delivered themselves: nobody is told of those (RFC 5321 section 6.1). */
async function reportsGivenUp({ dataDir }: World): Promise<number> {
  await using store = await openStore(dataDir)
  const { count } = await store.db
    .selectFrom('dispatches')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('envelope_from', '=', '')
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow()
  return count
}

/** For people: how it went. */
async function tell(what: string, world: World, letters: readonly Letter[], found: Count, seconds: number) {
  const duplicates = await duplicatesIn(world, found)
  const reasons = Map.groupBy(duplicates, ({ why }) => why)
  const again = await sentAgain(world)
  const { proxy } = world
  console.info(
    JSON.stringify({
      what,
      seconds: Math.round(seconds),
      letters: letters.length,
      recipients: letters.reduce((sum, { to }) => sum + to.length, 0),
      delivered: found.delivered.size,
      bounced: found.bounced.size,
      gaveUp: found.gaveUp.size,
      transactions: proxy.transactions.length,
      cuts: proxy.cuts,
      unreached: proxy.unreached,
      sentAgainByFront: again.size,
      duplicates: Object.fromEntries([...reasons].map(([why, all]) => [why, all.length])),
    }),
  )
}
