/**
 * The match patterns that sites are named by: a scheme (or both), a host (or one with all below it), every path.
 * Nothing wider: a pattern for all hosts would make of a mail extension one that reads everything.
 */
const form = /^(\*|https?):\/\/((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d+)?\/\*$/

export function isPattern(text: string): boolean {
  return form.test(text)
}

/** Whether an address is on a site. */
export function matches(pattern: string, address: string): boolean {
  const [, scheme, host = '', port] = form.exec(pattern) ?? []
  const url = URL.parse(address)
  if (!url || scheme === undefined) return false
  if (scheme === '*' ? !/^https?:$/.test(url.protocol) : url.protocol !== `${scheme}:`) return false
  if (port !== undefined && port !== `:${url.port}`) return false
  if (!host.startsWith('*.')) return url.hostname === host
  return url.hostname === host.slice(2) || url.hostname.endsWith(host.slice(1))
}
