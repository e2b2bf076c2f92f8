import ipaddr from 'ipaddr.js'
import { Problem } from '../problem.ts'

/** Tells whether an IP address (IPv4, IPv6, or IPv4 inside IPv6) is in a list of networks. */
export type Networks = (address: string) => boolean

/** @param list addresses or CIDR ranges. Throws Problem for what is neither. */
export function networks(list: readonly string[]): Networks {
  const ranges = list.map((text): [ipaddr.IPv4 | ipaddr.IPv6, number] => {
    try {
      if (text.includes('/')) return ipaddr.parseCIDR(text)
      const address = ipaddr.process(text)
      return [address, address.kind() === 'ipv4' ? 32 : 128]
    } catch (error) {
      throw new Problem('network-malformed', 500, `${text} is not a network such as 10.1.0.0/16.`, error)
    }
  })
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits))
  }
}

export const isLoopback: Networks = networks(['127.0.0.0/8', '::1/128'])
