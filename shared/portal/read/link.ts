/** Where a link of a message leads, in words a person can check. */
export interface Link {
  readonly href: string
  /** Shown on hover and read aloud: host, address or number. */
  readonly where: string
  /** Host in the form the address bar shows (IDNs in punycode), for web links only. */
  readonly host: string | undefined
}

const protocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** Reads a link's address. Undefined for what may not be followed: scripts, data, files, relative and in-page links. */
export function readLink(href: string): Link | undefined {
  const text = href.trim()
  if (text === '' || text.length > 8000) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined // relative, or no address at all: a mail has no place it could be relative to
  }
  if (!protocols.has(url.protocol)) return undefined
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  if (!web) return { href: url.href, where: url.pathname, host: undefined }
  // A name before the host is only ever there to mislead.
  url.username = ''
  url.password = ''
  return { href: url.href, where: url.host, host: url.hostname }
}

const looksLikeHost = /^(?:https?:\/\/)?(?:[^\s/@:]*@)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[/:?#]\S*)?$/u

/** The host that a link's text claims to lead to, where the whole text looks like an address. */
export function shownHost(text: string | null): string | undefined {
  const host = looksLikeHost.exec((text ?? '').trim())?.[1]
  if (host === undefined) return undefined
  try {
    return new URL(`https://${host}`).hostname
  } catch {
    return undefined // looks like a host but is none
  }
}
