/** An address as people type it: checked for sense alone, the gateway has the last word. */
const address =
  /^[^\s@<>()[\]\\,;:"]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u

export function isAddress(text: string): boolean {
  return text.length <= 320 && address.test(text)
}

/** Takes a typed or pasted list apart: commas, semicolons, line ends; `Name <address>` gives the address. */
export function splitAddresses(text: string): string[] {
  return text
    .split(/[,;\n\r\t]+/)
    .map((piece) => (/<([^<>]*)>\s*$/.exec(piece)?.[1] ?? piece).trim().replace(/^mailto:/i, ''))
    .filter((piece) => piece !== '')
}

/** @param allowed addresses and `@domain`; empty means anybody. */
export function isAllowed(text: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true
  const lower = text.toLowerCase()
  return allowed.some((one) => {
    const wanted = one.toLowerCase()
    return wanted.startsWith('@') ? lower.endsWith(wanted) : lower === wanted
  })
}

export type AddressFault = 'malformed' | 'not-allowed'

export function faultOf(text: string, allowed: readonly string[]): AddressFault | undefined {
  if (!isAddress(text)) return 'malformed'
  return isAllowed(text, allowed) ? undefined : 'not-allowed'
}
