import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createGate } from './gate.ts'

/** Parameters of new hashes (OWASP password storage, first choice for 19 MiB; ASVS 11.4.2). */
const current = { memory: 19_456, passes: 2, parallelism: 1 }
const saltSize = 16
const tagSize = 32

export interface Passwords {
  /** A PHC string of argon2id with a new salt. */
  hash(password: string): Promise<string>
  /**
   * True where the password is the one of the hash. Without a hash it does the same work and says false, so that
   * nobody can tell by the time whether there is one. Throws for a hash that is not argon2id.
   */
  verify(password: string, phc: string | undefined): Promise<boolean>
}

/**
 * Passwords as argon2id, computed off the event loop, the pepper as argon2's secret value (RFC 9106 section 3.1):
 * without it (it is not in the database) a stolen hash can't be guessed at.
 *
 * A password is hashed exactly as received, in UTF-8, neither normalised nor trimmed nor cut (ASVS 6.2.8; NIST
 * SP 800-63B would have NFKC, but that makes different passwords equal, and browsers type one form anyway).
 *
 * @param pepper 32 bytes that are the same for every password of this gateway.
 */
export function createPasswords(pepper: Uint8Array): Passwords {
  // libuv has 4 threads: one at least stays for files, one processor for the event loop.
  const gate = createGate(Math.max(1, Math.min(3, availableParallelism() - 1)), 256)
  const derive = (password: string, salt: Uint8Array, parameters: typeof current, length: number) =>
    gate(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          argon2(
            'argon2id',
            {
              message: Buffer.from(password, 'utf8'),
              nonce: salt,
              secret: pepper,
              tagLength: length,
              ...parameters,
            },
            (error, tag) => (error ? reject(error) : resolve(tag)),
          )
        }),
    )
  const dummy = { ...current, salt: randomBytes(saltSize), tag: randomBytes(tagSize) }

  return {
    async hash(password) {
      const salt = randomBytes(saltSize)
      const tag = await derive(password, salt, current, tagSize)
      const { memory, passes, parallelism } = current
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`
    },
    async verify(password, phc) {
      const { salt, tag, ...parameters } = phc === undefined ? dummy : parsePhc(phc)
      const derived = await derive(password, salt, parameters, tag.length)
      return timingSafeEqual(derived, tag) && phc !== undefined
    },
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

/** Takes a PHC string of argon2id, version 19, apart. */
function parsePhc(phc: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc)
  if (!match) throw new Error('a stored password is not a PHC string of argon2id')
  const [, memory, passes, parallelism, salt = '', tag = ''] = match
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
