/** Sites as browsers name them: match patterns such as `https://webmail.example.org/*`. Ports are not part of them. */

/** The pattern of the site of a page, or undefined where the page is none of a website. */
export function patternOf(url: string): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !['https:', 'http:'].includes(parsed.protocol) || parsed.hostname === '') return undefined
  return `${parsed.protocol}//${parsed.hostname}/*`
}

/** The pattern of a site as a person types or pastes it: a host, or any address on it. */
export function patternFromText(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || /\s/.test(trimmed)) return undefined
  const pattern = patternOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  // A name alone is a slip far more often than a host of somebody's own network.
  const host = pattern === undefined ? '' : hostOf(pattern)
  return host.includes('.') || host === 'localhost' || host.startsWith('[') ? pattern : undefined
}

/** The host of a pattern, as shown: with `*.` where all hosts below are meant. */
export function hostOf(pattern: string): string {
  return pattern.replace(/^[^:]*:\/\//, '').replace(/\/.*$/, '')
}

/** Whether a page is on a site. Paths of patterns are always `/*` here. */
export function isOn(pattern: string, url: string): boolean {
  const parsed = URL.parse(url)
  const scheme = pattern.slice(0, pattern.indexOf('://'))
  if (!parsed || (scheme !== '*' && `${scheme}:` !== parsed.protocol)) return false
  const host = hostOf(pattern)
  if (host === '*') return true
  if (!host.startsWith('*.')) return parsed.hostname === host
  return parsed.hostname === host.slice(2) || parsed.hostname.endsWith(host.slice(1))
}
