import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** A new id: a ULID in lower case, 26 characters, in the order of time, 80 random bits. Not a secret. */
export function newId(): string {
  return next().toLowerCase()
}
