/**
 * The ground: keys and sealing. A part (subject, body, ...) is sealed under its message's key with a context that
 * names account, message, part and kind; the message's key is wrapped by the account's key, that by the master
 * key. Relies on the master key being kept apart from the data and on its caller to store what is wrapped.
 * Promises: sealed bytes open only as what they were sealed as, and no longer once the wrapped key is destroyed.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { Sealer, type SealedSource, open, openWhole, sealWhole } from './chunked.ts'
import { type VaultCounts, uncounted } from './counts.ts'
import { random } from './random.ts'
import { unwrap, wrap } from './wrap.ts'

export { SealBroken, Sealer, type SealedSource, clearSize } from './chunked.ts'
export { createVaultMetrics, type VaultCounts } from './counts.ts'
export { loadMasterKey } from './master-key.ts'
export { random } from './random.ts'

/** What a sealed text is: the part of a message and its kind. Neither may contain `|`. */
export interface Part {
  /** Such as `subject`, `mime`, `view`, `file-3`. */
  readonly name: string
  /** Such as `message`, `draft`, `outbox`. */
  readonly kind: string
}

/** The key of one message (or draft, or outbox entry). */
export interface MessageKey {
  /** Seals a stream. */
  sealer(part: Part): Sealer
  /** Opens a stream or a range of it (clear offsets, `end` not included). Throws SealBroken. */
  open(part: Part, source: SealedSource, start?: number, end?: number): AsyncGenerator<Buffer>
  seal(part: Part, clear: Uint8Array | string): Buffer
  /** Throws SealBroken. */
  unseal(part: Part, sealed: Uint8Array): Buffer
}

/** The key of an account. */
export interface AccountKey {
  /** A new message key and its wrapped form, to be stored beside the message. */
  create(messageId: string): { key: MessageKey; wrapped: Buffer }
  /** The key of a message from its wrapped form. Throws SealBroken. */
  message(messageId: string, wrapped: Uint8Array): MessageKey
}

export interface Vault {
  /** A new account key, wrapped by the master key. */
  createAccountKey(accountId: string): Buffer
  /** Throws SealBroken where the wrapped key is not this account's under this master key. */
  account(accountId: string, wrapped: Uint8Array): AccountKey
  /** Wraps a secret of the gateway itself (a private key) under the master key. */
  wrapSecret(place: string, secret: Uint8Array): Buffer
  /** Throws SealBroken. */
  unwrapSecret(place: string, wrapped: Uint8Array): Buffer
  /** HMAC-SHA-256 under a key of its own for each purpose: peppers, derived passwords, signed addresses. */
  mac(purpose: string, data: string | Uint8Array): Buffer
}

/** @param masterKey 32 random bytes, see `loadMasterKey`. */
export function createVault(masterKey: Uint8Array, counts: VaultCounts = uncounted): Vault {
  if (masterKey.length !== 32) throw new Error('the master key has 32 bytes')
  const wrapping = subkey(masterKey, 'wrap')
  const macKeys = new Map<string, Buffer>()
  return {
    createAccountKey: (accountId) => wrap(wrapping, `account|${accountId}`, random(32)),
    account: (accountId, wrapped) =>
      accountKey(accountId, unwrap(wrapping, `account|${accountId}`, wrapped), counts),
    wrapSecret: (place, secret) => wrap(wrapping, `secret|${place}`, secret),
    unwrapSecret: (place, wrapped) => unwrap(wrapping, `secret|${place}`, wrapped),
    mac(purpose, data) {
      let key = macKeys.get(purpose)
      if (!key) macKeys.set(purpose, (key = subkey(masterKey, `mac|${purpose}`)))
      return createHmac('sha256', key).update(data).digest()
    },
  }
}

function subkey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `postern/v1|${purpose}`, 32))
}

function accountKey(accountId: string, key: Uint8Array, counts: VaultCounts): AccountKey {
  const place = (messageId: string) => `message|${accountId}|${messageId}`
  return {
    create(messageId) {
      const bytes = random(32)
      return {
        key: messageKey(accountId, messageId, bytes, counts),
        wrapped: wrap(key, place(messageId), bytes),
      }
    },
    message: (messageId, wrapped) =>
      messageKey(accountId, messageId, unwrap(key, place(messageId), wrapped), counts),
  }
}

function messageKey(accountId: string, messageId: string, key: Uint8Array, counts: VaultCounts): MessageKey {
  const context = (part: Part) => Buffer.from(`v1|${accountId}|${messageId}|${part.name}|${part.kind}`)
  return {
    sealer: (part) => new Sealer(key, context(part), undefined, counts),
    open: (part, source, start, end) => open(key, context(part), source, start, end, counts),
    seal: (part, clear) => sealWhole(key, context(part), Buffer.from(clear), counts),
    unseal: (part, sealed) => openWhole(key, context(part), sealed, counts),
  }
}
