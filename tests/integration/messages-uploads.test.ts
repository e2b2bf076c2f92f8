/** Files that arrive in pieces: how they end. */
import { describe, expect, test } from 'vitest'
import { pieceLimit } from '../../shared/contract/index.ts'
import { until } from '../fixtures/until.ts'
import { type Office, mail, office, problem, sender } from './messages-parts.ts'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const canary = 'canary-in-the-file '
const limit = 50 * 1024 * 1024

async function writing(desk: Office) {
  await desk.receive({ raw: mail({}, 'Hello'), hold: ['rita@clinic.test', 'ben@other.test'] })
  const { person: rita } = await desk.newest('rita@clinic.test')
  const draft = await desk.messages.createDraft(rita, { kind: 'new' })
  const before = await left(desk)
  const begin = (size: number, most = limit) =>
    desk.messages.beginUpload(rita, draft.id, { name: 'a.txt', type: 'text/plain', size }, most)
  const take = (uploadId: string, offset: number, bytes: Buffer) =>
    desk.messages.takePiece(rita, draft.id, uploadId, offset, chunks(bytes))
  return { rita, draft, before, begin, take }
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
}

/** Everything in the body store: rows, files, and files that are being written. */
async function left({ store, directory }: Office) {
  const entries = await readdir(join(directory, 'bodies'), { recursive: true, withFileTypes: true })
  return {
    rows: (await store.db.selectFrom('bodies').select('id').execute()).length,
    files: entries.filter((entry) => entry.isFile()).length,
    ofDrafts: (await store.db.selectFrom('draft_files').select('id').execute()).length,
  }
}

const half = Buffer.from(canary.repeat(40_000)).subarray(0, pieceLimit / 2)

describe('a file in pieces', () => {
  test('is sealed while it arrives, and is the file that was sent', async () => {
    await using desk = await office()
    const { rita, draft, begin, take } = await writing(desk)
    const { uploadId } = await begin(3 * half.length)
    expect(await take(uploadId, 0, half)).toBeUndefined()
    expect(await take(uploadId, half.length, half)).toBeUndefined()
    expect(await desk.onDisk(canary)).toBe(false)
    const file = await take(uploadId, 2 * half.length, half)
    expect(file).toMatchObject({ name: 'a.txt', type: 'text/plain', size: 3 * half.length })
    expect((await desk.messages.draft(rita, draft.id)).files).toEqual([file])
    await desk.messages.saveDraft(rita, draft.id, {
      to: [sender.address],
      cc: [],
      subject: 'x',
      html: '<p>x</p>',
    })
    const { messageId } = await desk.messages.send(rita, draft.id)
    const bytes: Buffer[] = []
    for await (const chunk of (await desk.messages.attachment(rita, messageId, 0)).read())
      bytes.push(Buffer.from(chunk))
    expect(Buffer.concat(bytes).equals(Buffer.concat([half, half, half]))).toBe(true)
    expect(await desk.onDisk(canary)).toBe(false)
  })

  test('that nothing comes of any more ends by itself and leaves nothing', async () => {
    await using desk = await office({}, { uploadIdle: 1500 })
    const { before, begin, take } = await writing(desk)
    const [begun, halfWay] = [await begin(half.length), await begin(4 * half.length)]
    await take(halfWay.uploadId, 0, half)
    await take(halfWay.uploadId, half.length, half)
    expect(await left(desk)).toMatchObject({ files: before.files + 1 })
    await until(async () => (await left(desk)).files === before.files, 'the file is gone')
    expect(await left(desk)).toEqual(before)
    for (const [{ uploadId }, offset] of [
      [begun, 0],
      [halfWay, 2 * half.length],
    ] as const) {
      expect(await problem(take(uploadId, offset, half))).toMatchObject({
        code: 'upload-unknown',
        status: 404,
      })
    }
  })

  test('ends with its draft, thrown away meanwhile, and leaves nothing', async () => {
    await using desk = await office()
    const { rita, draft, before, begin, take } = await writing(desk)
    const { uploadId } = await begin(4 * half.length)
    await take(uploadId, 0, half)
    await desk.messages.deleteDraft(rita, draft.id)
    expect(await problem(take(uploadId, half.length, half))).toMatchObject({
      code: 'draft-unknown',
      status: 404,
    })
    expect(await left(desk)).toEqual(before)
  })

  test('whose draft goes with its last piece leaves nothing', async () => {
    await using desk = await office()
    const { rita, draft, before, begin } = await writing(desk)
    const { uploadId } = await begin(half.length)
    async function* late() {
      yield half
      await desk.messages.deleteDraft(rita, draft.id)
    }
    const last = desk.messages.takePiece(rita, draft.id, uploadId, 0, late())
    expect(await problem(last)).toMatchObject({ code: 'draft-unknown' })
    expect(await left(desk)).toEqual(before)
  })

  test('that is given up leaves nothing, also while a piece arrives', async () => {
    await using desk = await office()
    const { rita, draft, before, begin, take } = await writing(desk)
    const { uploadId } = await begin(4 * half.length)
    await take(uploadId, 0, half)
    async function* given() {
      yield half
      await desk.messages.abortUpload(rita, draft.id, uploadId)
      yield half
    }
    const piece = desk.messages.takePiece(rita, draft.id, uploadId, half.length, given())
    expect(await problem(piece)).toMatchObject({ code: 'upload-aborted' })
    expect(await left(desk)).toEqual(before)
  })

  test('ends with the gateway and leaves nothing', async () => {
    await using desk = await office()
    const { before, begin, take } = await writing(desk)
    const { uploadId } = await begin(4 * half.length)
    await begin(7)
    await take(uploadId, 0, half)
    await desk.messages[Symbol.asyncDispose]()
    expect(await left(desk)).toEqual(before)
  })

  test('is refused at once where there is no room, also beside the files that are there', async () => {
    await using desk = await office()
    const { rita, draft, before, begin, take } = await writing(desk)
    expect(await problem(begin(1001, 1000))).toMatchObject({ code: 'files-too-large', status: 413 })
    expect(await problem(begin(limit + 1, 2 * limit))).toMatchObject({ status: 413 })
    const first = await begin(600, 1000)
    const second = await begin(600, 1000)
    await take(first.uploadId, 0, Buffer.alloc(600))
    expect(await problem(begin(401, 1000))).toMatchObject({ status: 413 })
    // Both had room when they began; the one that is complete first has it.
    expect(await problem(take(second.uploadId, 0, Buffer.alloc(600)))).toMatchObject({
      code: 'files-too-large',
    })
    expect((await desk.messages.draft(rita, draft.id)).files).toHaveLength(1)
    expect(await left(desk)).toMatchObject({ ofDrafts: before.ofDrafts + 1 })
  })

  test('is one of at most four of a person; somebody else has four of their own', async () => {
    await using desk = await office()
    const { rita, draft, begin, take } = await writing(desk)
    const four = await Promise.all([begin(1), begin(1), begin(1), begin(1)])
    expect(await problem(begin(1))).toMatchObject({ code: 'uploads-too-many', status: 429 })
    const { person: ben } = await desk.newest('ben@other.test')
    const other = await desk.messages.createDraft(ben, { kind: 'new' })
    await desk.messages.beginUpload(ben, other.id, { name: 'b', type: '', size: 1 }, limit)
    await take(four[0].uploadId, 0, Buffer.alloc(1))
    await desk.messages.abortUpload(rita, draft.id, four[1].uploadId)
    await Promise.all([begin(1), begin(1)])
    expect(await problem(begin(1))).toMatchObject({ code: 'uploads-too-many' })
  })

  test('may be begun four times at once, and not five times', async () => {
    await using desk = await office()
    const { begin } = await writing(desk)
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => begin(1)))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  })

  test('waits in memory with one piece at most, however slow it is sealed', async () => {
    await using desk = await office()
    const { begin, take } = await writing(desk)
    const { uploadId } = await begin(20 * pieceLimit)
    const piece = Buffer.alloc(pieceLimit, 1)
    const first = take(uploadId, 0, piece)
    // Nobody takes a second one before the first has been passed on.
    expect(await problem(take(uploadId, 0, piece))).toMatchObject({ code: 'upload-busy', status: 409 })
    await first
    for (let at = 1; at < 20; at++) await take(uploadId, at * pieceLimit, piece)
  })
})
