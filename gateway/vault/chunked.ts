/**
 * Chunked encryption as https://c2sp.org/chunked-encryption specifies it, with AEAD_AES_256_GCM and SHA-512
 * (Cobblestone-256): salt (24) || commitment (32) || chunks of 16 KiB, each with its tag (16), the last one
 * always shorter. No byte is released that has not been verified; a cut, moved or lengthened text is refused.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { type VaultCounts, uncounted } from './counts.ts'
import { random } from './random.ts'

export const chunkSize = 16 * 1024
const tagSize = 16
const sealedChunkSize = chunkSize + tagSize
const saltSize = 24
const keySize = 32
const nonceSize = 12
const commitmentSize = 32
export const headerSize = saltSize + commitmentSize
const prefix = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'ascii')
/** 2^38 chunks (4 PiB), the bound of the specification. */
const mostChunks = 2 ** 38

/** Bytes that are not what was sealed: changed, cut, or sealed under another key or context. */
export class SealBroken extends Error {
  constructor(what: string) {
    super(`sealed bytes are not genuine: ${what}`)
    this.name = 'SealBroken'
  }
}

interface Derived {
  readonly key: Buffer
  readonly nonce: Buffer
  readonly commitment: Buffer
}

/** HKDF-Expand (RFC 5869 section 2.3) of 76 bytes: two blocks of SHA-512. */
function derive(inputKey: Uint8Array, salt: Uint8Array, context: Uint8Array): Derived {
  if (inputKey.length !== keySize)
    throw new SealBroken(`the key has ${inputKey.length} bytes, not ${keySize}`)
  const info = Buffer.concat([prefix, salt, context])
  const first = createHmac('sha512', inputKey).update(info).update(Buffer.of(1)).digest()
  const second = createHmac('sha512', inputKey).update(first).update(info).update(Buffer.of(2)).digest()
  const output = Buffer.concat([first, second])
  return {
    key: output.subarray(0, keySize),
    nonce: output.subarray(keySize, keySize + nonceSize),
    commitment: output.subarray(keySize + nonceSize, keySize + nonceSize + commitmentSize),
  }
}

/** The base nonce XOR the chunk's number as a big-endian integer. */
function nonceOf(base: Buffer, index: number): Buffer {
  const nonce = Buffer.from(base)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (index >>> 0)) >>> 0, 8)
  const high = Math.floor(index / 2 ** 32)
  nonce.writeUInt8(nonce.readUInt8(7) ^ high, 7)
  return nonce
}

/** Seals a stream of bytes. `update` gives back what is ready, `final` the rest. */
export class Sealer {
  readonly #derived: Derived
  #header: Buffer | undefined
  #pending: Uint8Array[] = []
  #pendingSize = 0
  #index = 0
  #size = 0
  #time = 0
  readonly #counts: Pick<VaultCounts, 'sealed'>

  /** @param key 32 uniformly random bytes. @param context binds the text to what it is; see `contextOf`. */
  constructor(
    key: Uint8Array,
    context: Uint8Array,
    salt: Buffer = random(saltSize),
    counts: Pick<VaultCounts, 'sealed'> = uncounted,
  ) {
    this.#counts = counts
    this.#derived = derive(key, salt, context)
    this.#header = Buffer.concat([salt, this.#derived.commitment])
  }

  update(bytes: Uint8Array): Buffer {
    const begun = performance.now()
    const output: Buffer[] = []
    this.#begin(output)
    let rest = bytes
    while (this.#pendingSize + rest.length >= chunkSize) {
      const part = rest.subarray(0, chunkSize - this.#pendingSize)
      rest = rest.subarray(part.length)
      this.#chunk(output, part)
    }
    if (rest.length > 0) {
      this.#pending.push(rest)
      this.#pendingSize += rest.length
    }
    const sealed = joined(output)
    this.#size += bytes.length
    this.#time += performance.now() - begun
    return sealed
  }

  final(): Buffer {
    const begun = performance.now()
    const output: Buffer[] = []
    this.#begin(output)
    this.#chunk(output, new Uint8Array(0))
    const sealed = joined(output)
    this.#counts.sealed(this.#size, (this.#time + performance.now() - begun) / 1000)
    return sealed
  }

  #begin(output: Buffer[]): void {
    if (this.#header) output.push(this.#header)
    this.#header = undefined
  }

  #chunk(output: Buffer[], last: Uint8Array): void {
    if (this.#index >= mostChunks) throw new Error('a sealed text may have at most 2^38 chunks')
    const cipher = createCipheriv(
      'aes-256-gcm',
      this.#derived.key,
      nonceOf(this.#derived.nonce, this.#index++),
    )
    for (const part of this.#pending) output.push(cipher.update(part))
    if (last.length > 0) output.push(cipher.update(last))
    cipher.final()
    output.push(cipher.getAuthTag())
    this.#pending = []
    this.#pendingSize = 0
  }
}

function joined(buffers: Buffer[]): Buffer {
  return buffers.length === 1 && buffers[0] ? buffers[0] : Buffer.concat(buffers)
}

/** Sealed bytes that can be read from any place. */
export interface SealedSource {
  /** Length of the sealed bytes. */
  readonly size: number
  /** The sealed bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): AsyncIterable<Uint8Array>
}

/** Length of the clear text of `sealedSize` sealed bytes. Throws SealBroken for a length that cannot be. */
export function clearSize(sealedSize: number): number {
  const chunks = sealedSize - headerSize
  const last = chunks % sealedChunkSize
  if (chunks < tagSize || last < tagSize) throw new SealBroken('it is cut short')
  return Math.floor(chunks / sealedChunkSize) * chunkSize + last - tagSize
}

/**
 * Opens the bytes from `start` up to, not including, `end` of the clear text (the whole by default), chunk by
 * chunk, each verified before it is given out. Throws SealBroken; what came before the throw was genuine.
 */
export async function* open(
  key: Uint8Array,
  context: Uint8Array,
  source: SealedSource,
  start = 0,
  end = Infinity,
  counts: Pick<VaultCounts, 'opened'> = uncounted,
): AsyncGenerator<Buffer> {
  const size = clearSize(source.size)
  const header = await collect(source.read(0, headerSize))
  const derived = derive(key, header.subarray(0, saltSize), context)
  if (header.length !== headerSize || !timingSafeEqual(derived.commitment, header.subarray(saltSize))) {
    throw new SealBroken('it belongs to another key or place')
  }
  const stop = Math.min(end, size)
  const whole = start <= 0 && end >= size
  if (start >= stop && !whole) return
  const firstChunk = Math.floor(Math.max(start, 0) / chunkSize)
  // The final chunk, even an empty one, is read where the whole is asked for: it proves that nothing was cut.
  const lastChunk = whole ? Math.floor(size / chunkSize) : Math.floor((stop - 1) / chunkSize)
  const from = headerSize + firstChunk * sealedChunkSize
  const to = Math.min(source.size, headerSize + (lastChunk + 1) * sealedChunkSize)

  let index = firstChunk
  let opened = 0
  let time = 0
  try {
    for await (const sealed of inPieces(source.read(from, to), sealedChunkSize)) {
      const begun = performance.now()
      const clear = openChunk(derived, index, sealed)
      time += performance.now() - begun
      opened += clear.length
      const offset = index * chunkSize
      const piece = clear.subarray(Math.max(0, start - offset), Math.min(clear.length, stop - offset))
      index++
      if (piece.length > 0) yield piece
    }
  } finally {
    counts.opened(opened, time / 1000)
  }
  if (index !== lastChunk + 1) throw new SealBroken('it is cut short')
}

function openChunk(derived: Derived, index: number, sealed: Buffer): Buffer {
  if (sealed.length < tagSize) throw new SealBroken('it is cut short')
  const body = sealed.subarray(0, sealed.length - tagSize)
  const decipher = createDecipheriv('aes-256-gcm', derived.key, nonceOf(derived.nonce, index))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagSize))
  const clear = decipher.update(body)
  try {
    decipher.final()
  } catch {
    // The tag does not fit; node says no more than that.
    throw new SealBroken(`chunk ${index} was changed`)
  }
  return clear
}

/** Seals a small text at once. */
export function sealWhole(
  key: Uint8Array,
  context: Uint8Array,
  clear: Uint8Array,
  counts: Pick<VaultCounts, 'sealed'> = uncounted,
): Buffer {
  const sealer = new Sealer(key, context, undefined, counts)
  return Buffer.concat([sealer.update(clear), sealer.final()])
}

/** Opens a small text at once. Throws SealBroken. */
export function openWhole(
  key: Uint8Array,
  context: Uint8Array,
  sealed: Uint8Array,
  counts: Pick<VaultCounts, 'opened'> = uncounted,
): Buffer {
  const begun = performance.now()
  const size = clearSize(sealed.length)
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
  const derived = derive(key, bytes.subarray(0, saltSize), context)
  if (!timingSafeEqual(derived.commitment, bytes.subarray(saltSize, headerSize))) {
    throw new SealBroken('it belongs to another key or place')
  }
  const clear: Buffer[] = []
  for (let index = 0; index <= Math.floor(size / chunkSize); index++) {
    const at = headerSize + index * sealedChunkSize
    clear.push(openChunk(derived, index, bytes.subarray(at, at + sealedChunkSize)))
  }
  counts.opened(size, (performance.now() - begun) / 1000)
  return joined(clear)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

/** Cuts a stream into pieces of `size` bytes; the last may be shorter. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let heldSize = 0
  for await (const chunk of chunks) {
    let rest = chunk
    while (heldSize + rest.length >= size) {
      const part = rest.subarray(0, size - heldSize)
      rest = rest.subarray(part.length)
      yield Buffer.concat([...held, part])
      held = []
      heldSize = 0
    }
    if (rest.length > 0) {
      held.push(rest)
      heldSize += rest.length
    }
  }
  if (heldSize > 0) yield Buffer.concat(held)
}
