/**
 * The gateway's own keys: link keys, which sign the links of notifications, and the root key, which signs what the
 * gateway says of itself, the link keys among it. Relies on store, on vault (private halves are wrapped by the
 * master key) and on audit. Promises: a key is made at its first use, however many ask for it; a change by another
 * process is noticed at the next use; a key that signs no more has its private half destroyed at the next change,
 * an earlier root key at once; `sequence` never goes back.
 */
export { createKeys, type Keys } from './keys.ts'
export type { LinkKey } from './link-key-rows.ts'
export type { SigningKey } from './link-keys.ts'
export type { RootKey } from './root-keys.ts'
