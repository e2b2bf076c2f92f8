import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Store, type WrittenBody, inlineLimit, openStore } from '../../gateway/store/index.ts'

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-bodies-'))
  store = await openStore(directory)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

async function write(bytes: Uint8Array, step = 100_000): Promise<WrittenBody> {
  await using writer = store.bodies.create()
  for (let at = 0; at < bytes.length; at += step) await writer.write(bytes.subarray(at, at + step))
  return await writer.finish()
}

async function read(id: string, start?: number, end?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.bodies.read(id, start, end)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function filesBelow(): Promise<string[]> {
  const entries = await readdir(join(directory, 'bodies'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

describe.each([
  ['empty', 0, false],
  ['small', 5000, false],
  ['just at the limit', inlineLimit, false],
  ['one byte over it', inlineLimit + 1, true],
  ['large', 3_000_000, true],
])('a body that is %s', (_name, size, inFile) => {
  test('comes back whole and in any range, from the row or from a file', async () => {
    const bytes = randomBytes(size)
    const body = await write(bytes)
    await store.write((trx) => store.bodies.link(trx, body, 'account', 1))
    expect(body.data === null).toBe(inFile)
    expect((await filesBelow()).length).toBe(inFile ? 1 : 0)
    expect(await store.bodies.size(body.id)).toBe(size)
    expect((await read(body.id)).equals(bytes)).toBe(true)
    const [from, to] = [Math.floor(size / 3), Math.floor(size / 2)]
    expect((await read(body.id, from, to)).equals(bytes.subarray(from, to))).toBe(true)
  })
})

test('a body given up leaves nothing behind', async () => {
  {
    await using writer = store.bodies.create()
    await writer.write(randomBytes(inlineLimit * 2))
  }
  expect(await filesBelow()).toEqual([])
})

test('a file that was never linked is swept, one that was linked is not', async () => {
  const orphan = await write(randomBytes(inlineLimit * 2))
  const linked = await write(randomBytes(inlineLimit * 2))
  await store.write((trx) => store.bodies.link(trx, linked, 'account', 1))
  for (const folder of await store.bodies.folders()) {
    for (const file of await store.bodies.orphans(await store.bodies.files(folder))) {
      await store.bodies.remove(file)
    }
  }
  expect(await filesBelow()).toEqual([linked.id])
  await expect(read(orphan.id)).rejects.toThrow('is not in the store')
})

test('unlinked and discarded, a body is gone', async () => {
  const body = await write(randomBytes(inlineLimit * 2))
  await store.write((trx) => store.bodies.link(trx, body, 'account', 1))
  await store.write((trx) => store.bodies.unlink(trx, body.id))
  await store.bodies.discard(body.id)
  expect(await filesBelow()).toEqual([])
  expect(await store.bodies.size(body.id)).toBeUndefined()
})

test('a file cut short by the disk is noticed', async () => {
  const body = await write(randomBytes(inlineLimit * 2))
  await store.write((trx) => store.bodies.link(trx, body, 'account', 1))
  await truncate(join(directory, 'bodies', body.id.slice(-2), body.id), 1000)
  await expect(read(body.id)).rejects.toThrow('cut short')
})

test('an id that is no id never becomes a path', async () => {
  await expect(store.bodies.discard('../../etc/passwd')).rejects.toThrow('not a body id')
})
