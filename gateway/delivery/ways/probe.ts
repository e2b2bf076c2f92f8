import { channelName } from './channel.ts'
import { createResolver, systemServers, toDnsServer } from './dns/index.ts'
import { createPool } from './pool.ts'
import { createReach } from './reach.ts'
import type { RoutesConfig } from './routes.ts'
import { type SmartHost, createSmartHost, demandOf } from './smart-host.ts'
import { serverName } from './smtp/index.ts'

/** How a server that is named in the configuration was found. */
export interface ProbedServer {
  /** `host:port` */
  readonly server: string
  /** It is the smart host, and not of a route alone. */
  readonly main: boolean
  /** It answers. */
  readonly reachable: boolean
  /** `TLSv1.3, verified (certificate)`; undefined where it could not be reached, or its channel will not do. */
  readonly channel: string | undefined
  /** Encrypted; verified. */
  readonly tls: 'none' | 'unverified' | 'verified'
  /** What it was asked to be. */
  readonly demand: 'may' | 'encrypt' | 'verify'
  /** What is wrong, a sentence; undefined where nothing is. */
  readonly why: string | undefined
  /** The sign-in, where there is one and the server could be reached. */
  readonly login: { readonly user: string; readonly why: string | undefined } | undefined
}

/** How DNS was found. */
export interface ProbedDns {
  readonly servers: readonly string[]
  readonly why: string | undefined
  /** What they say of DNSSEC is believed; and they do say it. */
  readonly trusted: boolean
  readonly checked: boolean
}

const patience = { connect: 10_000, reply: 10_000, tls: 10_000 }

/** Connects to each server that the configuration names, and signs in. Sends nothing. */
export async function probeServers(config: RoutesConfig, now: () => number): Promise<ProbedServer[]> {
  const { smartHost, routes = [], hostname } = config
  const named = [...(smartHost ? [smartHost] : []), ...routes.flatMap(({ via }) => (via === 'mx' ? [] : via))]
  const each = new Map([...named].reverse().map((one) => [serverName(one), one]))
  const pool = createPool()
  const reach = createReach({ pool, hostname, patience, now })
  const wish = { verified: false, requireTls: false, lenient: false }
  const attempt = (host: SmartHost) => reach(createSmartHost(host), wish, true)

  try {
    return await Promise.all(
      [...each.values()].reverse().map(async (host): Promise<ProbedServer> => {
        const demand = demandOf(host)
        const about = { server: serverName(host), main: host === smartHost, demand }
        const found = await attempt({ ...host, tls: demand, user: undefined })
        if (!('session' in found)) {
          const why = found.map(({ reply }) => reply).join(' ')
          const reachable = found.some(({ kind }) => kind === 'policy')
          return { ...about, reachable, channel: undefined, tls: 'none', why, login: undefined }
        }
        const { session, verdict } = found
        const tls = !session.secured ? 'none' : verdict.verified ? 'verified' : 'unverified'
        const reached = {
          ...about,
          reachable: true,
          channel: channelName(session, verdict),
          tls,
          why: undefined,
        } as const
        if (host.user === undefined) return { ...reached, login: undefined }
        const signedIn = await attempt(host)
        const why = 'session' in signedIn ? undefined : signedIn.map(({ reply }) => reply).join(' ')
        return { ...reached, login: { user: host.user, why } }
      }),
    )
  } finally {
    pool.close(true)
  }
}

/** Asks DNS for the servers of the root, which are signed. Undefined where no route needs DNS. */
export async function probeDns(
  { routes = [], dnsServers, trustDnssec }: RoutesConfig,
  now: () => number,
): Promise<ProbedDns | undefined> {
  if (!routes.some(({ via }) => via === 'mx')) return undefined
  const servers = dnsServers?.length ? dnsServers.map(toDnsServer) : systemServers()
  const resolver = createResolver({ servers, trusted: trustDnssec, now })
  // Believed for the moment, to see what they say.
  const asked = createResolver({ servers, trusted: true, now })
  const answer = await asked.ask('', 'NS')
  return {
    servers: servers.map(({ address }) => address),
    why: answer.state === 'trouble' ? answer.why : undefined,
    trusted: resolver.trusted,
    checked: answer.state !== 'trouble' && answer.secure,
  }
}
