/** Bytes as messages over a port carry them: those are JSON in Chrome. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // In slices: as many arguments as bytes would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(binary)
}

/** Undefined where it is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
