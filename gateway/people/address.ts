import { domainToASCII } from 'node:url'

/** An address taken apart: the local part in lower case, the domain as A-labels in lower case. */
export interface ParsedAddress {
  readonly address: string
  readonly local: string
  readonly domain: string
}

/**
 * The one form of an address by which people, domains and links are compared, or undefined where the text is not
 * an address we take: dot-atom local part (RFC 5321 section 4.1.2; Unicode letters allowed by RFC 6531), a domain
 * that IDNA knows, or an address literal. Quoted local parts are refused: `"a@evil x"@ok` has been read as two
 * different people by two programs too often.
 */
export function parseAddress(text: string): ParsedAddress | undefined {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > 320) return undefined
  const local = text.slice(0, at).normalize('NFC').toLowerCase()
  const domain = asciiDomain(text.slice(at + 1))
  if (!domain || Buffer.byteLength(local) > 64) return undefined
  if (!/^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local))
    return undefined
  return { address: `${local}@${domain}`, local, domain }
}

/** A domain as A-labels in lower case without a trailing dot, or undefined where it is none. */
export function asciiDomain(text: string): string | undefined {
  const domain = domainToASCII(text.replace(/\.$/, '')).toLowerCase()
  if (domain.length === 0 || domain.length > 253) return undefined
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
  return domain.split('.').every((part) => label.test(part)) ? domain : undefined
}
