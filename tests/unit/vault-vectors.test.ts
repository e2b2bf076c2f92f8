import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { SealBroken, open, openWhole } from '../../gateway/vault/chunked.ts'

const path = new URL('../../../shared/corpora/crypto/chunked-encryption-aes-256-gcm.json', import.meta.url)

interface Vector {
  tcId: number
  comment: string
  key: string
  ctx: string
  ct: string
  msgLength: number
  msgSha512: string
  result: 'valid' | 'invalid'
  flags: string[]
}

describe.skipIf(!existsSync(path))(
  'vectors of C2SP chunked-encryption (skipped where shared/corpora is absent)',
  () => {
    const { testGroups } = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: { tests: Vector[] }[] })
      : { testGroups: [] }
    for (const vector of testGroups.flatMap((group) => group.tests)) {
      const sealed = inflateSync(Buffer.from(vector.ct, 'hex'))
      const key = Buffer.from(vector.key, 'hex')
      const context = Buffer.from(vector.ctx, 'hex')
      const source = {
        size: sealed.length,
        // Odd pieces, so that no chunk comes whole by chance.
        async *read(start: number, end: number) {
          for (let at = start; at < end; at += 5000) yield sealed.subarray(at, Math.min(end, at + 5000))
        },
      }

      test(`${vector.tcId} ${vector.comment}, as a stream`, async () => {
        const clear: Buffer[] = []
        let error: unknown
        try {
          for await (const piece of open(key, context, source)) clear.push(piece)
        } catch (e) {
          error = e
        }
        const released = Buffer.concat(clear)
        if (vector.result === 'valid') {
          expect(error).toBeUndefined()
          expect(released.length).toBe(vector.msgLength)
          expect(createHash('sha512').update(released).digest('hex')).toBe(vector.msgSha512)
        } else {
          expect(error).toBeInstanceOf(SealBroken)
          // Nothing past the longest genuine beginning comes out.
          expect(released.length).toBeLessThanOrEqual(
            vector.flags.includes('PartialPlaintext') ? vector.msgLength : 0,
          )
        }
      })

      test(`${vector.tcId} ${vector.comment}, at once`, () => {
        if (vector.result === 'valid') {
          const clear = openWhole(key, context, sealed)
          expect(createHash('sha512').update(clear).digest('hex')).toBe(vector.msgSha512)
        } else {
          expect(() => openWhole(key, context, sealed)).toThrow(SealBroken)
        }
      })
    }
  },
)
