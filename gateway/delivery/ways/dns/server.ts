import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A DNS server to ask. */
export interface DnsServer {
  readonly address: string
  readonly port: number
}

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1`, `[2001:db8::1]:53`. Throws where it is none. */
export function toDnsServer(text: string): DnsServer {
  const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  if (isIP(address) === 0) throw new Error(`${text} is no address of a DNS server`)
  return { address, port: Number(port ?? 53) }
}

/** Those of the machine (/etc/resolv.conf), as they are now. */
export function systemServers(): DnsServer[] {
  // A link-local one has a zone, which no socket of ours needs to know about.
  return getServers().flatMap((text) => {
    try {
      return [toDnsServer(text)]
    } catch {
      return []
    }
  })
}

/** Nobody stands between the two. */
export function isLoopback({ address }: DnsServer): boolean {
  return ipaddr.process(address).range() === 'loopback'
}
