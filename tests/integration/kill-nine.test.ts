/**
 * The promise of `250`: whatever happens to the process after it, the message is there, once, and not in clear. The
 * gateway is killed at random moments while mail arrives, again and again on the same data. POSTERN_KILLS says how
 * often: 100 in CI, 1,000 at night.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openStore } from '../../gateway/store/index.ts'
import { spawnGateway, startGatewayProcess } from '../peers/gateway-process.ts'
import { connectSender } from '../peers/sender.ts'

const kills = Number(process.env['POSTERN_KILLS'] ?? (process.env['CI'] ? 100 : 10))
const connections = 6
/** Longest time from taking mail to the end, ms. */
const longestLife = 500

interface Sent {
  readonly rfcMessageId: string
  readonly secure: boolean
}

test(
  `killed ${kills} times while mail arrives, the gateway has every message it acknowledged, once, and none in clear`,
  { timeout: kills * 10_000 + 60_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'postern-kill-'))
    const canary = `canary${randomBytes(12).toString('hex')}`
    const acknowledged = new Map<string, Sent>()
    let log = ''
    try {
      for (let round = 0; round < kills; round++) {
        const { child, ready } = spawnGateway({ dataDir })
        // One in eight dies while it starts.
        const early = randomInt(8) === 0
        const patience = early ? sleep(randomInt(600)) : ready.then(() => sleep(randomInt(longestLife)))
        const sending = ready.then((running) =>
          Promise.all(Array.from({ length: connections }, () => sendUntilItDies(running.smtpPort))).then(
            () => (log += running.log()),
          ),
        )
        // Dying while starting is what it was made to do.
        sending.catch(() => undefined)
        await patience
        child.kill('SIGKILL')
        await sending.catch((error: unknown) => {
          if (!early) throw error
        })
      }

      // What was queued when it died leaves now.
      const last = await startGatewayProcess({ dataDir })
      await drained(dataDir)
      expect(await last.stop()).toBe(0)
      log += last.log()
      expect(acknowledged.size).toBeGreaterThan(kills)
      await checkStore(dataDir, acknowledged)
      expect(await filesWith(dataDir, canary)).toEqual([])
      expect(forms(canary).filter((form) => log.includes(form))).toEqual([])
    } finally {
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    }

    async function sendUntilItDies(port: number): Promise<void> {
      try {
        using sender = await connectSender(port)
        for (;;) {
          const secure = randomInt(2) === 0
          const rfcMessageId = `<${randomBytes(12).toString('hex')}@example.test>`
          const reply = await sender.send(letter({ secure, rfcMessageId, canary }))
          expect(reply).toMatch(/^250 /)
          const id = /\b[0-9a-z]{26}\b/.exec(reply)?.[0]
          if (id === undefined) throw new Error(`no queue id in ${reply}`)
          expect(acknowledged.has(id)).toBe(false)
          acknowledged.set(id, { rfcMessageId, secure })
        }
      } catch (error) {
        if (!(error instanceof Error) || !/has ended/.test(error.message)) throw error
      }
    }
  },
)

function letter({ secure, rfcMessageId, canary }: Sent & { canary: string }) {
  const to = `p${randomInt(20)}@far.test`
  // A few are larger than what the database row takes and go to files.
  const lines = randomInt(20) === 0 ? 6000 : randomInt(1, 100)
  return {
    from: 'ann@example.test',
    to: [to],
    data: [
      'From: Ann <ann@example.test>',
      `To: ${to}`,
      `Subject: ${secure ? '[secure] ' : ''}${canary}`,
      `Message-ID: ${rfcMessageId}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ...Array.from({ length: lines }, (_, index) => `${index} ${canary} ${'x'.repeat(40)}`),
    ].join('\r\n'),
  }
}

/** Waits until nothing is due in the queue of the gateway that runs. */
async function drained(dataDir: string): Promise<void> {
  await using store = await openStore(dataDir)
  const left = () =>
    store.db
      .selectFrom('dispatches')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow()
  await expect.poll(async () => (await left()).count, { timeout: 240_000, interval: 500 }).toBe(0)
}

async function checkStore(dataDir: string, acknowledged: ReadonlyMap<string, Sent>): Promise<void> {
  await using store = await openStore(dataDir)
  const { db } = store
  const messages = await db.selectFrom('messages').select(['id', 'rfc_message_id']).execute()
  const copies = await db.selectFrom('copies').select(['message_id', 'id']).execute()
  const dispatches = await db
    .selectFrom('dispatches')
    .select(['message_id', 'kind', 'notice_json', 'state'])
    .execute()
  const events = await db.selectFrom('events').select(['message_id', 'type']).execute()
  const bodies = new Set((await db.selectFrom('bodies').select('id').execute()).map(({ id }) => id))
  const linked = await db
    .selectFrom('messages')
    .select(['id', 'body_id'])
    .where('body_id', 'is not', null)
    .execute()

  const rfcIds = messages.map((one) => one.rfc_message_id)
  expect(new Set(rfcIds).size, 'a message is stored twice').toBe(rfcIds.length)
  expect(linked.filter(({ body_id }) => body_id !== null && !bodies.has(body_id))).toEqual([])

  const stored = new Map(messages.map((one) => [one.id, one.rfc_message_id]))
  const copiesOf = countBy(copies, (one) => one.message_id)
  const relaysOf = countBy(dispatches, (one) => (one.kind === 'message' ? one.message_id : null))
  const deliveredOf = countBy(events, (one) => (one.type === 'delivered' ? one.message_id : null))
  const notifiedOf = countBy(events, (one) => (one.type === 'notified' ? one.message_id : null))
  const wrong: unknown[] = []
  for (const [id, { rfcMessageId, secure }] of acknowledged) {
    const found = {
      id,
      secure,
      // A relayed message may be gone from the store once it has left; its dispatch tells that it was there.
      stored: stored.get(id) === rfcMessageId || (!secure && relaysOf.has(id)),
      copies: copiesOf.get(id) ?? 0,
      relays: relaysOf.get(id) ?? 0,
      arrived: (secure ? notifiedOf : deliveredOf).get(id) ?? 0,
    }
    const right = { id, secure, stored: true, copies: secure ? 1 : 0, relays: secure ? 0 : 1, arrived: 1 }
    if (JSON.stringify(found) !== JSON.stringify(right)) wrong.push(found)
  }
  expect(wrong.slice(0, 5), `${wrong.length} of ${acknowledged.size} are wrong`).toEqual([])
}

function countBy<T>(all: readonly T[], key: (one: T) => string | null): Map<string | null, number> {
  const counts = new Map<string | null, number>()
  for (const one of all) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1)
  return counts
}

/** The text itself, and as it stands in base64 at each of the three positions, without its uncertain ends. */
function forms(text: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = Buffer.from('\0'.repeat(shift) + text).toString('base64')
    return base64.slice(4, -4)
  })
  return [text, ...encoded]
}

async function filesWith(directory: string, text: string): Promise<string[]> {
  const wanted = forms(text).map((form) => Buffer.from(form))
  const found: string[] = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (wanted.some((form) => bytes.includes(form))) found.push(path)
  }
  return found
}
