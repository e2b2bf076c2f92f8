/**
 * The session cookie. Over https it carries the prefix `__Host-`, by which browsers hold it to Secure, Path=/ and
 * this host alone; over plain http (a machine of one's own) that prefix is not allowed.
 */
export interface SessionCookie {
  /** The token of a Cookie header, or undefined. Several of one name are refused: one of them was planted. */
  read(header: string | undefined): string | undefined
  set(token: string): string
  clear(): string
}

/** @param secure whether people reach the gateway by https. */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-postern' : 'postern'
  // Lax, not Strict: the link of a notification is followed from another site, and the session goes with it.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    read(header) {
      const values = (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1))
      const [value] = values
      return values.length === 1 && value !== undefined && isToken(value) ? value : undefined
    },
    set(token) {
      if (!isToken(token)) throw new Error('a session token has letters, digits, - and _ alone')
      return `${name}=${token}; ${attributes}`
    },
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}

/** The token of an Authorization header (RFC 6750 section 2.1), or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  const token = /^bearer +(\S+)$/i.exec(header ?? '')?.[1]
  return token !== undefined && isToken(token) ? token : undefined
}

function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{16,200}$/.test(text)
}
