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
 * that IDNA knows. Refused are quoted local parts, for `"a@evil x"@ok` has been read as two different people by
 * two programs too often, and address literals (`a@[192.0.2.1]`), for they belong to no domain.
 */
export function parseAddress(text: string): ParsedAddress | undefined {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > 320) return undefined
  // Lower case first: it may take letters apart that NFC puts together again.
  const local = text.slice(0, at).toLowerCase().normalize('NFC')
  const domain = asciiDomain(text.slice(at + 1))
  if (!domain || Buffer.byteLength(local) > 64) return undefined
  if (!/^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local))
    return undefined
  return { address: `${local}@${domain}`, local, domain }
}

/** Nearly every domain: nothing of it is for IDNA to change, and none can be read as an IP address. */
const plain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i

/** A domain as A-labels in lower case without a trailing dot, or undefined where it is none, an IP address included. */
export function asciiDomain(text: string): string | undefined {
  if (plain.test(text) && text.length <= 253 && !/xn--/i.test(text)) return text.toLowerCase()
  // domainToASCII parses the host of a URL: it would decode `ex%61mple.com`, end at a slash or hash, drop tabs and
  // soft hyphens, and read `0x7f.1` as an IP address. Only what is a domain to every program gets that far.
  // Beside letters and digits: the points and marks of IDNA's contextual rules (RFC 5892 appendix A).
  if (!/^[\p{L}\p{N}\p{M}_.\u3002\u00b7\u0375\u05f3\u05f4\u30fb-]+$/u.test(text)) return undefined
  const domain = domainToASCII(text.replace(/\.$/, '')).toLowerCase()
  if (domain.length === 0 || domain.length > 253) return undefined
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
  if (/(^|\.)\d+$/.test(domain)) return undefined
  return domain.split('.').every((part) => label.test(part)) ? domain : undefined
}
