import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SealBroken, clearSize, createVault, loadMasterKey } from '../../gateway/vault/index.ts'

const part = { name: 'mime', kind: 'message' }

function accountOf(masterKey: Buffer, id: string) {
  const vault = createVault(masterKey)
  const wrapped = vault.createAccountKey(id)
  return { vault, wrapped, account: vault.account(id, wrapped) }
}

function source(sealed: Buffer) {
  return {
    size: sealed.length,
    async *read(start: number, end: number) {
      yield sealed.subarray(start, end)
    },
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

describe('sealing', () => {
  const { account, vault, wrapped } = accountOf(randomBytes(32), 'account-1')
  const { key, wrapped: wrappedKey } = account.create('message-1')

  test('any text, sealed in any pieces, opens the same, whole and in any range', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 70_000 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 8 }),
        fc.nat(70_000),
        fc.nat(70_000),
        async (size, steps, a, b) => {
          const clear = randomBytes(size)
          const sealer = key.sealer(part)
          const sealed: Buffer[] = []
          let at = 0
          for (const step of [...steps, size]) {
            sealed.push(sealer.update(clear.subarray(at, at + step)))
            at = Math.min(size, at + step)
          }
          sealed.push(sealer.final())
          const all = Buffer.concat(sealed)
          expect(clearSize(all.length)).toBe(size)
          expect((await collect(key.open(part, source(all)))).equals(clear)).toBe(true)
          const [start, end] = [Math.min(a, b), Math.max(a, b)]
          expect(
            (await collect(key.open(part, source(all), start, end))).equals(clear.subarray(start, end)),
          ).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('every byte changed, and every cut, is noticed', () => {
    const sealed = key.seal(part, 'a short subject')
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i)
      expect(() => key.unseal(part, changed)).toThrow(SealBroken)
      expect(() => key.unseal(part, sealed.subarray(0, i))).toThrow(SealBroken)
    }
    expect(() => key.unseal(part, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(SealBroken)
  })

  test('a part does not open as another part, message or account', () => {
    const sealed = key.seal(part, 'text')
    expect(key.unseal(part, sealed).toString()).toBe('text')
    expect(() => key.unseal({ ...part, name: 'view' }, sealed)).toThrow(SealBroken)
    expect(() => key.unseal({ ...part, kind: 'draft' }, sealed)).toThrow(SealBroken)
    expect(() => account.message('message-2', wrappedKey)).toThrow(SealBroken)
    const other = vault.account('account-2', vault.createAccountKey('account-2'))
    expect(() => other.message('message-1', wrappedKey)).toThrow(SealBroken)
    expect(account.message('message-1', wrappedKey).unseal(part, sealed).toString()).toBe('text')
  })

  test('without the master key an account opens nothing', () => {
    expect(() => createVault(randomBytes(32)).account('account-1', wrapped)).toThrow(SealBroken)
    expect(() => vault.account('account-2', wrapped)).toThrow(SealBroken)
  })

  test('the same text twice is unrelated ciphertext', () => {
    expect(key.seal(part, 'same').equals(key.seal(part, 'same'))).toBe(false)
  })
})

describe('the master key', () => {
  let directory: string
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'postern-key-'))))
  afterEach(() => rm(directory, { recursive: true }))

  test('is made once, for its owner alone', async () => {
    const path = join(directory, 'keys', 'master.key')
    const first = await loadMasterKey(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await loadMasterKey(path)).equals(first)).toBe(true)
    expect(await readFile(path, 'utf8')).toBe(`${first.toString('hex')}\n`)
  })

  test('is never replaced where it is damaged, and the error says what to do', async () => {
    const path = join(directory, 'master.key')
    await writeFile(path, 'not a key', { mode: 0o600 })
    await expect(loadMasterKey(path)).rejects.toThrow('Restore it from your backup')
    expect(await readFile(path, 'utf8')).toBe('not a key')
  })

  test('that others can read is refused', async () => {
    const path = join(directory, 'master.key')
    await loadMasterKey(path)
    await chmod(path, 0o644)
    await expect(loadMasterKey(path)).rejects.toThrow('chmod 600')
  })
})
