import type { PortalAnswer } from '../protocol.ts'
import { toBase64 } from '../base64.ts'

/** Bytes of one piece: a multiple of three, 512 KB as base64. */
const pieceSize = 384 * 1024

/** An answer's body in pieces, as it arrives: a large file is never in memory as a whole here. */
export async function sendBytes(
  id: number,
  response: Response,
  post: (answer: PortalAnswer) => void,
): Promise<void> {
  let type: string | undefined = response.headers.get('content-type') ?? 'application/octet-stream'
  const piece = (bytes: Uint8Array, last: boolean) => {
    post({ id, base64: toBase64(bytes), last, ...(type !== undefined && { type }) })
    type = undefined
  }
  const held = new Uint8Array(pieceSize)
  let filled = 0
  const reader = response.body?.getReader()
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    for (let at = 0; at < read.value.length;) {
      const part = read.value.subarray(at, at + pieceSize - filled)
      held.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < pieceSize) continue
      piece(held, false)
      filled = 0
    }
  }
  piece(held.subarray(0, filled), true)
}
