import type { PreparedMessage, SealedMessage } from '../messages/index.ts'

/** Data for another thread, and the memory that goes with it instead of being copied. */
export interface Portable<T> {
  readonly data: T
  readonly given: readonly ArrayBuffer[]
}

export function portableSealed(sealed: SealedMessage): Portable<SealedMessage> {
  const body = sealed.body.data && ownMemory(sealed.body.data)
  return {
    data: { ...sealed, wrappedKey: ownMemory(sealed.wrappedKey), body: { ...sealed.body, data: body } },
    given: body ? [body.buffer] : [],
  }
}

export function portableMessage({ sealed, message }: PreparedMessage): Portable<PreparedMessage> {
  const { data, given } = portableSealed(sealed)
  return {
    data: { sealed: data, message: { ...message, subjectSealed: ownMemory(message.subjectSealed) } },
    given,
  }
}

/**
 * Bytes that have their memory to themselves. Node cuts small buffers from a common piece, all of which would be
 * copied to the other thread, with whatever else it holds.
 */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) return new Uint8Array(buffer)
  return new Uint8Array(bytes)
}
