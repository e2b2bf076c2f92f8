/**
 * `postern doctor --data`: holds the store against its bodies and says exactly what is gone; `--repair` does what can
 * be done about it and nothing else. Relies on the master key. Promises: nothing that can be opened is given up.
 */
export { type Found, type VerifyOptions, verifyStore } from './verify.ts'
