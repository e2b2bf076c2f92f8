/** 50 MB in and out take little more memory than 50 KB. */
import { createHash, randomFillSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { mail, office } from './messages-parts.ts'

const mebibyte = 1024 * 1024
const megabytes = 50

/** The largest growth of this process, all threads, while a job runs. Bytes. */
async function growth(job: () => Promise<void>): Promise<number> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
  await job()
  clearInterval(watch)
  return Math.max(most, process.memoryUsage.rss()) - before
}

function file() {
  const block = randomFillSync(Buffer.alloc(57 * 1024))
  const count = Math.floor((megabytes * mebibyte) / block.length)
  const hash = createHash('sha256')
  for (let n = 0; n < count; n++) hash.update(block)
  return { block, count, digest: hash.digest('hex'), size: count * block.length }
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

test('a message of 50 MB is taken, read and answered with 50 MB in less than 100 MB of memory', async () => {
  await using desk = await office()
  const { block, count, digest, size } = file()
  const encoded = Buffer.from(block.toString('base64').replaceAll(/.{76}/g, '$&\r\n'))
  async function* raw() {
    yield Buffer.from(
      mail(
        { 'Content-Type': 'multipart/mixed; boundary=b' },
        '--b\r\n\r\nsee the file\r\n--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      ),
    )
    for (let n = 0; n < count; n++) yield encoded
    yield Buffer.from('--b--\r\n')
  }
  async function* upload() {
    for (let n = 0; n < count; n++) yield block
  }
  // What is needed once for good, a warm worker above all, is not the message's.
  await desk.receive({ raw: mail({}, 'small'), hold: ['rita@clinic.test'] })
  const first = await desk.newest('rita@clinic.test')
  await desk.messages.open(first.person, first.id)
  desk.clock.at += 1000

  expect(
    await growth(async () => {
      await desk.receive({ raw: raw(), hold: ['rita@clinic.test'] })
    }),
  ).toBeLessThan(100 * mebibyte)
  const { person, id } = await desk.newest('rita@clinic.test')

  const reading = await growth(async () => {
    expect(await desk.messages.open(person, id)).toMatchObject({
      text: 'see the file',
      attachments: [{ size }],
    })
    expect(await digestOf((await desk.messages.attachment(person, id, 0)).read())).toBe(digest)
  })
  expect(reading).toBeLessThan(100 * mebibyte)

  const answering = await growth(async () => {
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    await desk.messages.addFile(
      person,
      draft.id,
      { name: 'big.zip', type: 'application/zip' },
      upload(),
      size,
    )
    const { messageId } = await desk.messages.send(person, draft.id)
    await desk.messages.open(person, messageId)
    expect(await digestOf((await desk.messages.attachment(person, messageId, 0)).read())).toBe(digest)
  })
  expect(answering).toBeLessThan(100 * mebibyte)
})
