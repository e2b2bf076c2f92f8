/** What is kept of a message after it has ended, for how long, and that tidying up keeps no mail waiting. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createClockWatch } from '../../gateway/clock-watch.ts'
import { createPace } from '../../gateway/messages/index.ts'
import { testClock } from '../fixtures/gateway.ts'
import { type Office, day, mail, office } from './messages-parts.ts'

const held = (rfcMessageId: string, expiryDays: number) => ({
  raw: mail({}, 'figures'),
  hold: ['rita@clinic.test'],
  options: { expiryDays },
  facts: { rfcMessageId },
})

/** Rows of what is kept of messages. */
async function kept({ store }: Office) {
  const counts: Record<string, number> = {}
  for (const table of ['messages', 'copies', 'threads', 'events', 'bodies'] as const) {
    const { count } = await store.db
      .selectFrom(table)
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = count
  }
  return counts
}

/** Everything queued has gone. */
async function sent({ store }: Office): Promise<void> {
  await store.write(async (trx) => {
    await trx.updateTable('dispatches').set({ state: 'done' }).execute()
  })
}

describe('the record of a message', () => {
  test('is kept for 400 days after it ended, then nothing of it is', async () => {
    await using desk = await office()
    await desk.receive(held('<a@example.test>', 30))
    await desk.receive(held('<b@example.test>', 300))
    await sent(desk)
    desk.clock.at += 31 * day
    await desk.messages.expireDue()
    const person = await desk.person('rita@clinic.test')
    const before = await kept(desk)

    desk.clock.at += 399 * day
    expect(await desk.messages.forgetRecords()).toBe(0)
    expect(await kept(desk)).toEqual(before)

    desk.clock.at += 2 * day
    await desk.messages.expireDue()
    expect(await desk.messages.forgetRecords()).toBe(1)
    expect(await desk.messages.isSecureThread(desk.account.id, ['<a@example.test>'])).toBe(false)
    expect(await desk.messages.isSecureThread(desk.account.id, ['<b@example.test>'])).toBe(true)
    expect(await kept(desk)).toMatchObject({ messages: 1, copies: 1, threads: 1 })
    expect((await desk.messages.list(person, {})).items).toMatchObject([{ state: 'expired' }])

    desk.clock.at += 401 * day
    expect(await desk.messages.forgetRecords()).toBe(1)
    expect(await kept(desk)).toEqual({
      messages: 0,
      copies: 0,
      threads: 0,
      events: 0,
      bodies: 0,
    })
  })

  test('waits for what is still to be told of it', async () => {
    await using desk = await office()
    await desk.receive(held('<a@example.test>', 30))
    await sent(desk)
    const { id } = await desk.newest('rita@clinic.test')
    await desk.messages.recall(id, 'mistake')
    desk.clock.at += 500 * day
    // That it was taken back has not left yet.
    expect(await desk.messages.forgetRecords()).toBe(0)
    await sent(desk)
    expect(await desk.messages.forgetRecords()).toBe(1)
  })

  test('of a draft: one that nobody touches for as long is shredded, files and all', async () => {
    await using desk = await office()
    await desk.receive(held('<a@example.test>', 10_000))
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    const file = (async function* () {
      yield randomBytes(400_000)
    })()
    await desk.messages.addFile(person, draft.id, { name: 'scan.pdf', type: 'application/pdf' }, file)
    desk.clock.at += 300 * day
    await desk.messages.saveDraft(person, draft.id, { ...draft, html: '<p>later</p>' })
    desk.clock.at += 300 * day
    await desk.messages.forgetRecords()
    expect(await desk.messages.drafts(person)).toHaveLength(1)
    desk.clock.at += 101 * day
    await desk.messages.forgetRecords()
    expect(await desk.messages.drafts(person)).toEqual([])
    expect(await kept(desk)).toMatchObject({ bodies: 1, messages: 1 })
  })
})

describe('tidying up', () => {
  test('ends a round when its time is over, and the next one goes on there', async () => {
    await using desk = await office()
    for (let count = 0; count < 90; count++) await desk.receive(held(`<m${count}@example.test>`, 1))
    desk.clock.at += 2 * day
    const rounds: number[] = []
    for (;;) {
      const pace = createPace(0)
      rounds.push(await desk.messages.expireDue(pace))
      if (!pace.over) break
    }
    expect(rounds.length).toBeGreaterThan(3)
    expect(Math.max(...rounds)).toBeLessThan(40)
    expect(rounds.reduce((sum, count) => sum + count, 0)).toBe(90)
  })

  test('finds every orphan, folder by folder, over as many rounds as it takes', async () => {
    await using desk = await office()
    const bodies = join(desk.directory, 'bodies')
    const old = new Date(desk.clock.at - 2 * 60 * 60 * 1000)
    for (const folder of ['00', '1k', 'tmp', 'zz']) {
      await mkdir(join(bodies, folder), { recursive: true })
      for (let count = 0; count < 3; count++) {
        const path = join(
          bodies,
          folder,
          `01m80000000000000000000${count}${folder === 'tmp' ? 'aa' : folder}`,
        )
        await writeFile(path, 'sealed')
        await utimes(path, old, old)
      }
    }
    let found = 0
    let rounds = 0
    for (;;) {
      const pace = createPace(0)
      found += await desk.messages.sweep(pace)
      rounds++
      if (!pace.over) break
    }
    expect(rounds).toBeGreaterThan(2)
    expect(found).toBe(12)
    const left = await readdir(bodies, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })

  test('keeps mail that arrives waiting for no more than a batch', async () => {
    await using desk = await office()
    for (let count = 0; count < 200; count++) await desk.receive(held(`<m${count}@example.test>`, 1))
    const usual = await latencies(desk, () => Promise.resolve())
    desk.clock.at += 2 * day
    const meanwhile = await latencies(desk, () => desk.messages.expireDue())
    // A batch takes some ms; the machine that tests run on may be busy.
    expect(median(meanwhile)).toBeLessThan(Math.max(250, 20 * median(usual)))
  })
})

/** How long mail takes that arrives while a job runs, ms; at least twenty times. */
async function latencies(desk: Office, job: () => Promise<unknown>): Promise<number[]> {
  const ended = new AbortController()
  const done = job().finally(() => ended.abort())
  const all: number[] = []
  while (!ended.signal.aborted || all.length < 20) {
    const begun = performance.now()
    await desk.receive(held(`<x${randomBytes(6).toString('hex')}@example.test>`, 100))
    all.push(performance.now() - begun)
  }
  await done
  return all
}

const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

describe('a clock that jumps', () => {
  const minute = 60_000
  function watch(lastSeen?: number) {
    const wall = testClock()
    let steady = 0
    const logged: string[] = []
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
    const clock = createClockWatch({ now: wall.now, monotonic: () => steady, lastSeen, log })
    const believed = () => clock.believed()
    /** Time passes, and the clock of the machine besides is set forward or back by `jump`. */
    const pass = (ms: number, jump = 0) => {
      steady += ms
      wall.pass(ms + jump)
    }
    return { believed, pass, logged, wall }
  }

  test('forward is not believed for an hour, then it is', () => {
    const { believed, pass, logged } = watch()
    expect(believed()).toBe(true)
    pass(minute, 400 * day)
    expect(believed()).toBe(false)
    pass(30 * minute)
    expect(believed()).toBe(false)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('nothing expires')
    pass(31 * minute)
    expect(believed()).toBe(true)
  })

  test('forward and set right again does no harm', () => {
    const { believed, pass } = watch()
    pass(minute, 400 * day)
    expect(believed()).toBe(false)
    pass(5 * minute, -400 * day)
    expect(believed()).toBe(true)
  })

  test('back is told of, and believed in the end', () => {
    const { believed, pass, logged } = watch()
    pass(minute, -10 * day)
    expect(believed()).toBe(false)
    expect(logged[0]).toContain('jumped back')
    pass(61 * minute)
    expect(believed()).toBe(true)
  })

  test('by seconds is what clocks do', () => {
    const { believed, pass, logged } = watch()
    for (let times = 0; times < 100; times++) {
      pass(minute, times % 2 === 0 ? 4000 : -3000)
      expect(believed()).toBe(true)
    }
    expect(logged).toEqual([])
  })

  test('while the gateway was stopped is not believed at once', () => {
    const start = testClock().now()
    expect(watch(start - 3 * 60 * minute).believed()).toBe(true)
    expect(watch(start - 400 * day).believed()).toBe(false)
    expect(watch(start + day).believed()).toBe(false)
  })
})
