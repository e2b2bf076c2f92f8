import type { Transport } from '../../../shared/contract/index.ts'
import { problemOf } from './answer.ts'
import { fromBase64, toBase64 } from '../../base64.ts'
import type { Wire } from './wire.ts'

/** Bytes of one piece of an upload; the gateway takes at most 1 MiB. */
const pieceSize = 1 << 20
/** How often a call that may be repeated is asked again after the background went away. */
export const repeats = 2

/** A file from the gateway, which comes in pieces. @param broken what to reject with where the background goes away. */
export function fetchBytes(wire: Wire, broken: () => Error): Transport['bytes'] {
  return (path, { progress, signal } = {}) => {
    const ask = (left: number): Promise<Blob> =>
      new Promise((resolve, reject) => {
        const parts: Uint8Array<ArrayBuffer>[] = []
        let received = 0
        let type = ''
        const giveUp = () => {
          call.more({ call: 'abort' })
          call.done()
          reject(aborted())
        }
        const settled = () => {
          call.done()
          signal?.removeEventListener('abort', giveUp)
        }
        const call = wire.start(
          { call: 'bytes', path },
          {
            answered: (answer) => {
              const part = 'base64' in answer ? fromBase64(answer.base64) : undefined
              if (!('base64' in answer) || !part) {
                settled()
                reject(problemOf(answer))
                return
              }
              type ||= answer.type ?? ''
              parts.push(part)
              received += part.length
              progress?.(received)
              if (!answer.last) return
              settled()
              resolve(new Blob(parts, { type }))
            },
            broken: () => {
              settled()
              if (left > 0) resolve(ask(left - 1))
              else reject(broken())
            },
          },
        )
        signal?.addEventListener('abort', giveUp)
        if (signal?.aborted) giveUp()
      })
    return ask(repeats)
  }
}

/** A file to the gateway, a piece each time the last one has reached it: so that the progress is real. */
export function sendFile(wire: Wire, broken: () => Error): Transport['upload'] {
  return (path, file, { progress, signal }) =>
    new Promise((resolve, reject) => {
      let at = 0
      const settled = () => {
        call.done()
        signal?.removeEventListener('abort', giveUp)
      }
      const giveUp = () => {
        call.more({ call: 'abort' })
        settled()
        reject(aborted())
      }
      const next = async () => {
        const piece = file.slice(at, at + pieceSize)
        at += piece.size
        const base64 = toBase64(new Uint8Array(await piece.arrayBuffer()))
        call.more({ call: 'piece', base64, last: at >= file.size })
      }
      const call = wire.start(
        { call: 'upload', path, type: file.type, size: file.size },
        {
          answered: (answer) => {
            if ('next' in answer) {
              progress?.({ sent: answer.sent, total: file.size })
              next().catch((cause: unknown) => {
                // The file can't be read any more: moved or changed since it was chosen.
                giveUp()
                reject(cause instanceof Error ? cause : new Error('the file could not be read'))
              })
              return
            }
            settled()
            if ('value' in answer) resolve(answer.value)
            else reject(problemOf(answer))
          },
          broken: () => {
            settled()
            reject(broken())
          },
        },
      )
      signal?.addEventListener('abort', giveUp)
      if (signal?.aborted) giveUp()
    })
}

function aborted(): DOMException {
  return new DOMException('It was cancelled.', 'AbortError')
}
