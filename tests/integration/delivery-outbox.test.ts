import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ground, ground, queueMessage, saying } from './delivery-parts.ts'

let parts: Ground
beforeEach(async () => {
  parts = await ground()
})
afterEach(() => parts[Symbol.asyncDispose]())

const letter = 'From: ann@example.test\r\nSubject: Hello\r\n\r\nText\r\n'

async function textOf(chunks: AsyncIterable<Buffer> | undefined): Promise<string> {
  const all: Buffer[] = []
  for await (const chunk of chunks ?? []) all.push(chunk)
  return Buffer.concat(all).toString()
}

test('without a smart host what would leave is in the outbox, newest first, and reads as it was', async () => {
  await using delivery = parts.delivery()
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test', 'carl@other.test'])
  await delivery.idle()
  parts.clock.at += 1000
  await queueMessage(parts, delivery, ['dora@far.test'], '')
  await delivery.idle()
  const entries = await delivery.outbox.list()
  expect(entries).toMatchObject([
    { to: ['dora@far.test'], envelopeFrom: '' },
    {
      to: ['bob@far.test', 'carl@other.test'],
      from: 'ann@example.test',
      envelopeFrom: 'ann@example.test',
      subject: 'A subject',
      at: parts.clock.at - 1000,
    },
  ])
  expect(await textOf(await delivery.outbox.read(entries[1]?.id ?? ''))).toBe(letter)
  expect(await delivery.outbox.read('nothing')).toBeUndefined()
})

test('nothing of an outbox message is in clear on disk, large or small', async () => {
  await using delivery = parts.delivery()
  const canary = 'the-canary-sings'
  delivery.start(async (dispatch) => ({
    ...(await saying(letter + `${canary}\r\n`.repeat(dispatch.message_id ? 30_000 : 1))(dispatch)),
    subject: canary,
  }))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  const files = (await readdir(parts.directory, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  )
  // The database, its log, and the file of the body.
  expect(files.length).toBeGreaterThan(2)
  for (const file of files) {
    const bytes = await readFile(join(file.parentPath, file.name))
    expect(bytes.includes(canary), file.name).toBe(false)
  }
})

test('the outbox keeps the newest, and removes older ones with their bodies', async () => {
  await using delivery = parts.delivery({ outboxSize: 10 })
  delivery.start(saying(Buffer.alloc(300_000, 'x')))
  for (let index = 0; index < 100; index++) {
    parts.clock.at += 1
    await queueMessage(parts, delivery, [`p${index}@far.test`])
    await delivery.idle()
  }
  const entries = await delivery.outbox.list()
  expect(entries.length).toBe(10)
  expect(entries[0]?.to).toEqual(['p99@far.test'])
  const { count } = await parts.store.db
    .selectFrom('bodies')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  expect(count).toBeLessThan(10 + 65)
  const files = (
    await readdir(join(parts.directory, 'bodies'), { recursive: true, withFileTypes: true })
  ).filter((file) => file.isFile())
  expect(files.length).toBe(count)
})
