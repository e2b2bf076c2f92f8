/**
 * The origin of a gateway from what a person types or policy says: a host, or any address on it. Undefined where
 * it is none, or where it would be spoken to in the clear: http is for gateways on this machine alone.
 */
export function readAddress(typed: string): string | undefined {
  const text = typed.trim()
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `${guessedScheme(text)}://${text}`)
  if (!url || url.username !== '' || url.password !== '' || url.hostname === '') return undefined
  if (url.protocol === 'https:') return url.origin
  return url.protocol === 'http:' && isLoopback(url.hostname) ? url.origin : undefined
}

/** Host of an origin as people see it: punycode where it isn't plain. */
export function hostOf(origin: string): string {
  return new URL(origin).host
}

function guessedScheme(text: string): 'http' | 'https' {
  return isLoopback(URL.parse(`http://${text}`)?.hostname ?? '') ? 'http' : 'https'
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
