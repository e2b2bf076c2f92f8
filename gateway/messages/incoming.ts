import type { Account } from '../people/index.ts'
import { type Bodies, type BodyWriter, type WrittenBody, newId } from '../store/index.ts'
import type { MessageKey, Part, Sealer } from '../vault/index.ts'
import { mimePart } from './body.ts'

/** A message whose bytes are sealed and written, not yet in the store. Nothing but data: it may go to another thread. */
export interface SealedMessage {
  readonly id: string
  readonly accountId: string
  readonly wrappedKey: Uint8Array
  readonly body: WrittenBody
  /** Length in clear. */
  readonly size: number
}

/**
 * A message on its way in. What is written is sealed at once: in clear it is nowhere but in memory, 16 KiB at a
 * time. Disposing throws it away, file and key, unless it was accepted.
 */
export class Incoming implements AsyncDisposable {
  /** The queue id. */
  readonly id = newId()
  readonly account: Account
  #size = 0
  #sealing = 0
  readonly #bodies: Bodies
  readonly #writer: BodyWriter
  readonly #sealer: Sealer
  readonly #key: MessageKey
  readonly #wrappedKey: Uint8Array
  #sealed: SealedMessage | undefined
  #kept = false

  constructor(bodies: Bodies, account: Account) {
    const { key, wrapped } = account.key.create(this.id)
    this.account = account
    this.#bodies = bodies
    this.#writer = bodies.create()
    this.#key = key
    this.#wrappedKey = wrapped
    this.#sealer = key.sealer(mimePart)
  }

  /** Bytes written so far, in clear. */
  get size(): number {
    return this.#size
  }

  /** What sealing took so far, without waiting for the disk, seconds. */
  get sealSeconds(): number {
    return this.#sealing / 1000
  }

  /** Resolves when more may be written. The chunk is read later too: it must not be changed. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length
    const sealed = this.#timed(() => this.#sealer.update(chunk))
    if (sealed.length > 0) await this.#writer.write(sealed)
  }

  /** Seals a small part under the message's key. */
  seal(part: Part, clear: string): Uint8Array {
    return this.#timed(() => this.#key.seal(part, clear))
  }

  /** Makes the bytes durable. For this part alone; nothing may be written after it. */
  async finish(): Promise<SealedMessage> {
    if (this.#sealed) return this.#sealed
    await this.#writer.write(this.#timed(() => this.#sealer.final()))
    const body = await this.#writer.finish()
    this.#sealed = {
      id: this.id,
      accountId: this.account.id,
      wrappedKey: this.#wrappedKey,
      body,
      size: this.#size,
    }
    return this.#sealed
  }

  /** For this part alone: the store has the body now. */
  keep(): void {
    this.#kept = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#kept) return
    this.#kept = true
    await this.#writer[Symbol.asyncDispose]()
    // Finished but not linked to anything: the file would be an orphan.
    if (this.#sealed?.body.data === null) await this.#bodies.discard(this.#sealed.body.id)
  }

  #timed<T>(seal: () => T): T {
    const begun = performance.now()
    const sealed = seal()
    this.#sealing += performance.now() - begun
    return sealed
  }
}
