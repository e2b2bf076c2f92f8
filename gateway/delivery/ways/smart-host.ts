import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Candidate, Hop, LoginSource } from './hop.ts'
import { messageOf, serverName } from './smtp/index.ts'
import type { Trouble } from './trouble.ts'

/** A mail server that an administrator has named. */
export interface SmartHost {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (usually port 465); else STARTTLS. */
  readonly secure?: boolean | undefined
  /**
   * `may`: TLS where it is offered. `encrypt`: TLS or nothing. `verify`: its certificate must be valid as well.
   * Default: `verify` where a password crosses a network or TLS begins at once, else `may`.
   */
  readonly tls?: 'may' | 'encrypt' | 'verify' | undefined
  /** Certificates (PEM) trusted instead of the system's. */
  readonly ca?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** Fetches an access token, which is used instead of the password. @param anew the last one was refused. */
  readonly token?: ((anew: boolean) => Promise<string>) | undefined
}

/** Addresses tried at most. */
const mostAddresses = 8

/** @param resolve addresses of a host name, of /etc/hosts as well. */
export function createSmartHost(
  smartHost: SmartHost,
  resolve: (host: string) => Promise<readonly string[]> = systemAddresses,
): Hop {
  const { host, port, secure = false, ca } = smartHost
  const tls = demandOf(smartHost)
  const login = loginOf(smartHost)
  return {
    destination: serverName(smartHost),
    named: true,
    async *candidates(): AsyncGenerator<Candidate | Trouble> {
      let addresses: readonly string[]
      try {
        addresses = isIP(host) > 0 ? [host] : await resolve(host)
      } catch (error) {
        // Always temporary: a name mistyped by an administrator is to cost no mail.
        const reply = `The address of ${host} can't be looked up: ${messageOf(error)}.`
        yield { kind: 'temporary', status: '4.4.3', reply }
        return
      }
      for (const address of addresses.slice(0, mostAddresses)) {
        const peer = { host, address, port, ca, tls: secure ? ('implicit' as const) : ('offered' as const) }
        yield { peer, policy: { kind: 'named', tls }, login }
      }
    },
  }
}

export function demandOf({ host, secure = false, tls, user }: SmartHost): 'may' | 'encrypt' | 'verify' {
  return tls ?? (secure || (user !== undefined && !isThisMachine(host)) ? 'verify' : 'may')
}

/** What is said to it crosses no network. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function loginOf({ user, password = '', token }: SmartHost): LoginSource | undefined {
  if (user === undefined) return undefined
  return token
    ? { get: async (anew) => ({ user, accessToken: await token(anew) }), renewable: true }
    : { get: async () => ({ user, password }), renewable: false }
}

async function systemAddresses(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}
