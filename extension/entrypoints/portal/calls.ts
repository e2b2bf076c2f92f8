import { ProblemError, type Transport } from '../../../shared/contract/index.ts'
import { problemOf } from './answer.ts'
import { fetchBytes, repeats, sendFile } from './transfers.ts'
import type { Wire } from './wire.ts'

/** Words for a call that broke off, in the person's language. */
export interface BrokenWords {
  readonly title: string
  readonly detail: string
}

/** Requests that change nothing by being made twice. */
const repeatable: readonly RegExp[] = [
  /^GET /,
  /^PUT /,
  /^POST \/api\/(?:sign-in\/methods|password\/check|reset\/check)$/,
  /^POST \/api\/messages\/[^/]+\/(?:open|mark)$/,
]

/** The portal's way to its gateway, through the background: no token is ever here. */
export function createPortalTransport(wire: Wire, words: () => BrokenWords): Transport {
  const broken = () => new ProblemError({ type: 'about:blank', status: 0, code: 'interrupted', ...words() })

  const json: Transport['json'] = (method, path, body) => {
    const again = repeatable.some((shape) => shape.test(`${method} ${path.split('?', 1)[0] ?? ''}`))
    const ask = (left: number): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const call = wire.start(
          { call: 'json', method, path, ...(body === undefined ? {} : { body }) },
          {
            answered: (answer) => {
              call.done()
              if ('value' in answer) resolve(answer.value)
              else reject(problemOf(answer))
            },
            broken: () => (left > 0 ? resolve(ask(left - 1)) : reject(broken())),
          },
        )
      })
    return ask(again ? repeats : 0)
  }

  return { json, bytes: fetchBytes(wire, broken), upload: sendFile(wire, broken) }
}

/** One request of the page itself: the window, or looking closer at a gateway. */
export function askOnce(
  wire: Wire,
  request: { call: 'window'; path: string } | { call: 'pair' },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = wire.start(request, {
      answered: (answer) => {
        call.done()
        if ('problem' in answer) reject(problemOf(answer))
        else resolve()
      },
      broken: () => reject(new Error('the background went away')),
    })
  })
}
