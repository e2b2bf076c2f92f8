/** Signatures of links against the published vectors of Ed25519 (C2SP Wycheproof). */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type LinkToken, verifyToken } from '../../shared/link/index.ts'

const path = join(import.meta.dirname, '../../../shared/corpora/crypto/ed25519.json')
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

const Vectors = z.object({
  numberOfTests: z.number(),
  testGroups: z.array(
    z.object({
      publicKey: z.object({ pk: z.string() }),
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(['valid', 'invalid']),
        }),
      ),
    }),
  ),
})

// The payload plays no part in a signature; the signed bytes do.
const payload = {
  purpose: 'message',
  accountHash: '00'.repeat(8),
  handle: '00'.repeat(16),
  recipientHash: '00'.repeat(16),
  issued: 0,
  expires: 0,
} as const

describe.skipIf(!existsSync(path))('Ed25519 vectors (skipped where ../shared/corpora is not there)', () => {
  test('every valid signature is taken and every invalid one refused', async () => {
    const { numberOfTests, testGroups } = Vectors.parse(JSON.parse(readFileSync(path, 'utf8')))
    const wrong: string[] = []
    let seen = 0
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        const token: LinkToken = { kid: 'k', payload, signed: bytes(msg), signature: bytes(sig) }
        const valid = await verifyToken(token, bytes(publicKey.pk))
        if (valid !== (result === 'valid')) wrong.push(`${tcId} ${comment}: ${result}`)
        seen++
      }
    }
    expect(wrong).toEqual([])
    expect(seen).toBe(numberOfTests)
  })
})
