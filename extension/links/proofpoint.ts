import { bytesOf, textOf } from './base64.ts'

/** v2: percent-encoded, then `%` is written `-` and `/` is written `_`. */
export function readV2(text: string): string {
  return decodeURIComponent(text.replaceAll('-', '%').replaceAll('_', '/'))
}

/** Lengths of runs, from 2: `A` is 2, `_` is 65. */
const lengths = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * v3: `/v3/__URL__;REPLACED!!org!id$`, where `*` stands for the next byte of REPLACED and `**X` for a run of them, as
 * UTF-8. Throws where there are fewer bytes than stars. Vectors: cardi/proofpoint-url-decoder, decode_test.py (CC0).
 */
export function readV3({ pathname, search, hash }: URL): string | undefined {
  const [, text, replaced] = /^\/v3\/__(.+)__;([\w+/=-]*)!/.exec(pathname + search + hash) ?? []
  if (text === undefined || replaced === undefined) return undefined
  const bytes = bytesOf(replaced)
  let at = 0
  return text.replace(/\*(?:\*([\w-]))?/g, (_, run?: string) => {
    const from = at
    at += run === undefined ? 1 : lengths.indexOf(run) + 2
    if (at > bytes.length) throw new RangeError('more stars than bytes')
    return textOf(bytes.subarray(from, at))
  })
}
