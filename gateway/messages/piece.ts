import { once } from 'node:events'
import type { PassThrough } from 'node:stream'
import { Problem } from '../problem.ts'

/** Writes to the sealing side as fast as it takes it. @returns false where that side has ended. */
export async function passOn(
  stream: PassThrough,
  settled: AbortSignal,
  chunks: readonly Uint8Array[],
): Promise<boolean> {
  for (const chunk of chunks) {
    if (stream.destroyed || settled.aborted) return false
    if (stream.write(chunk)) continue
    try {
      await once(stream, 'drain', { signal: settled })
    } catch {
      // Aborted or destroyed: the file's own promise says why.
      return false
    }
  }
  return !stream.destroyed
}

/** Bytes of a piece. Throws Problem for more than `limit`, and where it is cut off. */
export async function collect(
  piece: AsyncIterable<Uint8Array>,
  limit: number,
  arrived: () => void,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of piece) {
      arrived()
      length += chunk.length
      if (length > limit) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new Problem('piece-cut-off', 400, 'This piece of the file was cut off. Send it again.', error)
  }
  if (length <= limit) return chunks
  throw new Problem('piece-too-long', 413, `At this place the file takes ${limit} bytes, and no more.`)
}
