/** Base64url without padding (RFC 4648 section 5), one way to write each value. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** Exactly `size` bytes, canonical base64url without padding, or undefined. */
export function fromBase64Url(text: string, size: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== Math.ceil((size * 4) / 3) || !/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  // Unused bits of the last character must be zero: there is one way to write each token.
  return bytes.length === size && toBase64Url(bytes) === text ? bytes : undefined
}
