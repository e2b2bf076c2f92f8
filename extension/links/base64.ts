/**
 * Bytes of base64 as rewriters write it: either alphabet, padded or not, `+` lost to a space in a query. Throws on
 * anything else.
 */
export function bytesOf(text: string): Uint8Array {
  const binary = atob(text.replace(/[- ]/g, '+').replaceAll('_', '/').replace(/=+$/, ''))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Text of UTF-8. Throws where it is none. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
