/** A URL of the web, or undefined: nothing but http and https is ever looked at. Never throws. */
export function parse(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && /^https?:$/.test(url.protocol) ? url : undefined
}
