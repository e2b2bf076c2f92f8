import ipaddr from 'ipaddr.js'

/**
 * The network an attempt came from, as far as limits are concerned: /24 of IPv4, /64 of IPv6 (what one customer
 * of a provider has). Whatever is not an IP address is one network of its own.
 */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  const bytes = address.toByteArray()
  return address.kind() === 'ipv4'
    ? `${bytes.slice(0, 3).join('.')}.0/24`
    : `${Buffer.from(bytes.slice(0, 8)).toString('hex')}/64`
}
