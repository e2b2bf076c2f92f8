import { Problem } from '../problem.ts'

/** The bytes of a body that was sent as application/octet-stream; an empty one has no parser run for it. */
export function bytesOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body === undefined || body === null) return nothing()
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    // Only our own parser for octet-stream gives a stream, the request's.
    return body as AsyncIterable<Uint8Array>
  }
  throw new Problem('content-type-wrong', 415, 'Send a file as application/octet-stream.')
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
