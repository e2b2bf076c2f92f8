import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, test } from 'vitest'
import { createKeys } from '../../gateway/keys/index.ts'
import { createLinks } from '../../gateway/notices/index.ts'
import { openStore } from '../../gateway/store/index.ts'
import * as first from '../../gateway/store/migrations/0001-first.ts'
import { Statements, nodeSqliteDialect } from '../../gateway/store/node-sqlite.ts'
import { SqliteFile } from '../../gateway/store/sqlite-file.ts'
import { createVault } from '../../gateway/vault/index.ts'
import { encodeToken, signedBytes, verifyDescription } from '../../shared/link/index.ts'

test('a gateway of before root keys goes on: its links open, its key signs and can be changed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'postern-migrate-'))
  try {
    const vault = createVault(randomBytes(32))
    const made = Date.UTC(2026, 5, 1)
    const pair = generateKeyPairSync('ed25519')
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
    const secret = pair.privateKey.export({ type: 'pkcs8', format: 'der' })

    // As 0001 left it.
    const db = new Kysely<{ link_keys: Record<string, unknown> }>({
      dialect: nodeSqliteDialect(
        new Statements(new SqliteFile(() => new DatabaseSync(join(directory, 'postern.db')))),
      ),
    })
    const steps = { '0001-first': { up: (on: Kysely<unknown>) => first.up(on, { bytes: 'blob' }) } }
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: async () => steps },
    }).migrateToLatest()
    expect(error).toBeUndefined()
    const row = { public_key: publicKey, created_at: made }
    await db
      .insertInto('link_keys')
      .values([
        {
          ...row,
          kid: 'old1',
          wrapped_private_key: vault.wrapSecret('link-key|old1', secret),
          retired_at: null,
        },
        { ...row, kid: 'older', wrapped_private_key: Buffer.alloc(60), retired_at: made },
      ])
      .execute()
    await db.destroy()

    await using store = await openStore(directory)
    const now = () => Date.UTC(2026, 10, 21)
    const origin = 'https://secure.example.com'
    const keys = createKeys({ store, vault, portal: origin, title: 'Example', now })
    const links = createLinks({ keys, origin, now })
    const payload = {
      purpose: 'message',
      accountHash: '0'.repeat(16),
      handle: '1'.repeat(32),
      recipientHash: '2'.repeat(32),
      issued: made / 1000,
      expires: 0xffff_ffff,
    } as const
    for (const kid of ['old1', 'older']) {
      const token = encodeToken(kid, payload, sign(null, signedBytes(kid, payload), pair.privateKey))
      expect(await links.check(token), kid).toEqual({ state: 'genuine', payload })
    }
    const copy = { id: '1'.repeat(32), accountId: 'a', address: 'bob@else.test', expiresAt: null }
    expect(await links.sign(copy)).toContain('/m/postern1.old1.')
    const description = await keys.describe()
    expect(description.keys.map(({ kid }) => kid)).toEqual(['old1', 'older'])
    expect(await verifyDescription(description)).toBe(true)
    await keys.links.rotate(0)
    expect(await links.sign(copy)).not.toContain('.old1.')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
