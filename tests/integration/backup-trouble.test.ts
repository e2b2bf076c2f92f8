/** What can go wrong with backups: each is told, and nothing half made is taken for a whole. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway } from '../fixtures/gateway.ts'
import { sendMail } from '../fixtures/mail.ts'
import { until } from '../fixtures/until.ts'
import { type FaultyDisk, faultyDisk } from '../peers/faulty-disk.ts'
import { smallDisk } from '../peers/small-disk.ts'
import {
  type Said,
  type Shelf,
  backup,
  keyOf,
  largeFile,
  manifestOf,
  postern,
  restore,
  shelf,
} from './backup-parts.ts'

let place: Shelf
let dataDir: string
let whole: string
let count = 0

beforeAll(async () => {
  place = await shelf()
  dataDir = place.place('data')
  await using gateway = await startTestGateway({ dataDir })
  await writeFile(join(dataDir, 'postern.json'), '{}\n')
  for (let at = 0; at < 5; at++)
    await sendMail(gateway, { subject: `[secure] ${at}`, attachments: [largeFile()] })
  await gateway.delivery.idle()
  whole = place.place('whole')
  await backup(dataDir, whole)
})
afterAll(() => place[Symbol.asyncDispose]())

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
const fresh = (name: string) => place.place(`${name}-${count++}`)

/** A copy of the backup that may be spoilt. */
async function copy(): Promise<string> {
  const target = fresh('copy')
  await cp(whole, target, { recursive: true })
  return target
}

/** Tries to restore, and expects that nothing comes of it. */
async function refused(from: string, ...options: string[]): Promise<Said> {
  const target = fresh('refused')
  const said = await postern('restore', from, '--keys', keyOf(dataDir), '--data', target, ...options)
  expect(said.code).toBe(1)
  expect(await readdir(target).catch(() => [])).toEqual([])
  return said
}

/** `postern` as a process of its own, on a disk that can fail. */
function program(disk: FaultyDisk, ...argv: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../gateway/main.ts'), ...argv], {
    env: { ...process.env, ...disk.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, err }))
  return { child, ended }
}

async function flip(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  const at = Math.floor((await file.stat()).size / 2)
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at)
}

describe('a backup that is not as it was written', () => {
  test('is refused whatever file is damaged, and each is named', async () => {
    const files = Object.keys((await manifestOf(whole)).files)
    expect(files).toHaveLength(7)
    for (const file of files) {
      const spoilt = await copy()
      await flip(join(spoilt, file))
      const { err } = await refused(spoilt)
      expect(err).toContain('is damaged')
      expect(files.filter((one) => err.includes(one))).toEqual([file])
      expect((await postern('restore', spoilt, '--check')).err).toContain(
        `${file} (other bytes than were written)`,
      )
      await rm(spoilt, { recursive: true })
    }
  })

  test('is refused with all that is missing or cut short at once', async () => {
    const spoilt = await copy()
    const [first = '', second = ''] = Object.keys((await manifestOf(whole)).files).filter((path) =>
      path.startsWith('bodies/'),
    )
    await rm(join(spoilt, first))
    await using file = await open(join(spoilt, second), 'r+')
    await file.truncate(1000)
    await flip(join(spoilt, 'postern.db'))
    const { err } = await refused(spoilt)
    expect(err).toContain(`${first} (missing)`)
    expect(err).toContain(`${second} (1000 bytes instead of `)
    expect(err).toContain('postern.db (other bytes than were written)')
  })

  test('is refused where its manifest is damaged, changed, newer, or not there', async () => {
    const spoilt = await copy()
    const path = join(spoilt, 'manifest.json')
    const text = await readFile(path, 'utf8')
    for (const [changed, said] of [
      [text.replace('"messages": 5', '"messages": 6'), /its manifest was changed/],
      [text.replace('"path"', '').replace('bodies/', '../'), /manifest\.json is damaged/],
      [text.slice(0, -100), /manifest\.json is damaged/],
      [text.replace('"format": 1', '"format": 2'), /made by a newer version/],
      [text.replace('0003-delivery', '9999-later'), /made by a newer version/],
    ] as const) {
      expect(changed).not.toBe(text)
      await writeFile(path, changed)
      expect((await refused(spoilt)).err).toMatch(said)
    }
    await rm(path)
    expect((await refused(spoilt)).err).toContain('There is no finished backup')
  })
})

describe('the master key', () => {
  test('of another gateway is refused, and named as that', async () => {
    const other = fresh('other')
    await using gateway = await startTestGateway({ dataDir: other })
    const target = fresh('wrong-key')
    const { code, err } = await postern('restore', whole, '--keys', keyOf(gateway.dataDir), '--data', target)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('does not open account example') as string,
    })
    expect(await readdir(target)).toEqual([])
    const checked = await postern('restore', whole, '--check', '--keys', keyOf(gateway.dataDir))
    expect(checked.err).toContain('does not open account example')
    expect((await postern('restore', whole, '--check', '--keys', keyOf(dataDir))).code).toBe(0)
  })

  test('of another gateway in the data directory is not overwritten', async () => {
    const target = fresh('other-key')
    await mkdir(join(target, 'keys'), { recursive: true })
    await writeFile(keyOf(target), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const { code, err } = await postern('restore', whole, '--keys', keyOf(dataDir), '--data', target)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('is another master key') as string,
    })
    expect(await readFile(keyOf(target), 'utf8')).toContain('abab')
    expect(await readdir(target)).toEqual(['keys'])
  })

  test('that is missing is asked for, and none is made', async () => {
    const target = fresh('no-key')
    const { code, err } = await postern('restore', whole, '--data', target)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('Name your copy of it') as string })
    expect(await readdir(target)).toEqual([])
  })

  test('that is missing beside data keeps a gateway from starting, and none is made', async () => {
    const target = fresh('lost-key')
    await restore({ backup: whole, key: keyOf(dataDir) }, target)
    await rm(keyOf(target))
    await expect(startTestGateway({ dataDir: target })).rejects.toThrow('Put your copy of it there')
    // The backup itself is no data directory either.
    await expect(startTestGateway({ dataDir: await copy() })).rejects.toThrow('Put your copy of it there')
    expect(await isThere(keyOf(target))).toBe(false)
  })
})

test('a body that the gateway itself has lost is told by the backup and by the restore', async () => {
  const [spoilt, taken, target] = [fresh('spoilt'), fresh('taken'), fresh('restored')]
  await restore({ backup: whole, key: keyOf(dataDir) }, spoilt)
  const [lost = ''] = Object.keys((await manifestOf(whole)).files).filter((path) =>
    path.startsWith('bodies/'),
  )
  await rm(join(spoilt, lost))
  const { code, out } = await postern('backup', taken, '--data', spoilt)
  expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('1 bodies are not whole') as string })
  expect((await manifestOf(taken)).broken).toEqual([basename(lost)])
  const said = await restore({ backup: taken, key: keyOf(dataDir) }, target)
  expect(said.out).toContain('1 bodies were lost before the backup')
})

describe('a data directory that is not empty', () => {
  test('is left alone', async () => {
    const { code, err } = await postern('restore', whole, '--keys', keyOf(dataDir), '--data', dataDir)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('is not empty') as string })
    const target = fresh('somebody')
    await mkdir(target)
    await writeFile(join(target, 'notes.txt'), 'mine')
    expect((await postern('restore', whole, '--keys', keyOf(dataDir), '--data', target)).code).toBe(1)
    expect(await readdir(target)).toEqual(['notes.txt'])
  })
})

describe('a disk', () => {
  test('with too little room is told before anything is written', async (context) => {
    await using small = await smallDisk(context, 8)
    const { code, err } = await postern('backup', join(small.path, 'backup'), '--data', dataDir)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/\d+ MB are needed/) as string })
    expect(await readdir(small.path)).toEqual([])
    // Nor is it taken where it could not get its name.
    const mounted = await postern('backup', small.path, '--data', dataDir)
    expect(mounted.err).toContain('is a disk of its own')
  })

  test('that gets full in the middle is told, and nothing is left', async (context) => {
    await using disk = await faultyDisk(context, place.path)
    for (const skip of [0, 3, 8]) {
      const target = fresh('full')
      disk.fail('write', { error: 'ENOSPC', skip, within: target })
      const { code, err } = await program(disk, 'backup', target, '--data', dataDir).ended
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringMatching(/The disk of .* is full/) as string,
      })
      expect(await isThere(target)).toBe(false)
      expect(await isThere(`${target}.partial`)).toBe(false)
      const restored = fresh('full')
      disk.fail('write', { error: 'ENOSPC', skip, within: restored })
      const said = await program(disk, 'restore', whole, '--keys', keyOf(dataDir), '--data', restored).ended
      expect(said).toEqual({ code: 1, err: expect.stringMatching(/The disk of .* is full/) as string })
      expect(await readdir(restored)).toEqual([])
    }
  })

  test('that can not be written is told', async (context) => {
    await using disk = await faultyDisk(context, place.path)
    disk.readOnly()
    const { code, err } = await program(disk, 'backup', fresh('ro'), '--data', dataDir).ended
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/can't be written/) as string })
  })
})

describe('killed in the middle', () => {
  test('a backup has no name, and the next one begins anew and says so', async (context) => {
    await using disk = await faultyDisk(context, place.path)
    const target = fresh('killed')
    disk.fail('sync', { delay: 500, within: target })
    const { child, ended } = program(disk, 'backup', target, '--data', dataDir)
    await until(() => isThere(join(`${target}.partial`, 'bodies')), 'it has begun')
    const meanwhile = await postern('backup', target, '--data', dataDir)
    expect(meanwhile.err).toMatch(/Process \d+ is writing/)
    child.kill('SIGKILL')
    await ended
    expect(await isThere(target)).toBe(false)
    expect((await postern('restore', `${target}.partial`, '--check')).err).toContain(
      'There is no finished backup',
    )
    const { out } = await backup(dataDir, target)
    expect(out).toContain('What an unfinished backup had left there was removed.')
    expect((await postern('restore', target, '--check')).code).toBe(0)
    expect(await isThere(`${target}.partial`)).toBe(false)
  })

  test('a restore keeps the gateway from starting, wherever it was, and can be done again', async (context) => {
    await using disk = await faultyDisk(context, place.path)
    for (const operation of ['sync', 'rename'] as const) {
      for (let skipped = 0; skipped < 4; skipped++) {
        const target = fresh('restore')
        disk.fail(operation, { delay: 150, within: target })
        const { child, ended } = program(disk, 'restore', whole, '--keys', keyOf(dataDir), '--data', target)
        await until(() => isThere(join(target, 'restore.partial')), 'it has begun')
        await new Promise((resolve) => setTimeout(resolve, skipped * 200))
        child.kill('SIGKILL')
        await ended
        if (await isThere(join(target, 'restore.partial'))) {
          await expect(startTestGateway({ dataDir: target })).rejects.toThrow('was not finished')
          await restore({ backup: whole, key: keyOf(dataDir) }, target)
        }
        await using restored = await startTestGateway({ dataDir: target })
        expect(await restored.store.db.selectFrom('messages').select('id').execute()).toHaveLength(5)
      }
      disk.heal()
    }
  })
})
