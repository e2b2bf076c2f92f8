import type { Logger } from 'pino'
import type { Vault } from '../../vault/index.ts'
import { type Consignment, createDeliver } from './deliver.ts'
import { type DirectParts, createDirect } from './direct.ts'
import { createResolver, systemServers, toDnsServer } from './dns/index.ts'
import type { Hop } from './hop.ts'
import { toDomain } from './mail-exchangers.ts'
import { type PolicyMemory, createMtaSts } from './mta-sts.ts'
import { createPool } from './pool.ts'
import { createReach } from './reach.ts'
import { type SmartHost, createSmartHost } from './smart-host.ts'
import { type Patience, serverName } from './smtp/index.ts'
import type { Attempt, Transport } from '../transport.ts'

/** How mail for some domains leaves. */
export interface Route {
  /** A domain, `*.` and a domain for those below it, or `*` for all. */
  readonly domain: string
  readonly via: 'mx' | SmartHost
}

export interface RoutesConfig {
  /** The first that fits is taken. */
  readonly routes?: readonly Route[] | undefined
  /** For what no route fits; without it that ends in the outbox of the sandbox. */
  readonly smartHost?: SmartHost | undefined
  /** This machine's name, for EHLO. */
  readonly hostname: string
  /** `192.0.2.1` or `192.0.2.1:53`; default: those of the machine. */
  readonly dnsServers?: readonly string[] | undefined
  /** They check DNSSEC, and nobody stands in between; default: where all of them are on this machine. */
  readonly trustDnssec?: boolean | undefined
  /** Connections at once to one destination, default 10. */
  readonly connections?: number | undefined
  /** For tests: the port of mail servers that DNS names and of MTA-STS policies, and how long servers may take. */
  readonly ports?: { readonly smtp: number; readonly https: number } | undefined
  readonly patience?: Partial<Patience> | undefined
}

/** The name under which the outbox is a destination. */
const sandbox = 'sandbox'

/** Whether anything can end in the outbox of the sandbox: that it is there is for everybody on this machine to see. */
export function isSandbox({
  routes = [],
  smartHost,
}: {
  readonly routes?: readonly { readonly domain: string }[] | undefined
  readonly smartHost?: object | null | undefined
}): boolean {
  return !smartHost && !routes.some(({ domain }) => domain === '*')
}

/**
 * Every way out of this machine as one: by the domain of a recipient through a server that an administrator has named,
 * or to the domain's own mail servers, or into the outbox.
 */
export function createRoutes({
  config,
  outbox,
  mac,
  memory,
  now,
  random,
  log,
}: {
  config: RoutesConfig
  outbox: Transport
  /** Signs the processed header; without it none is written. */
  mac?: Vault['mac'] | undefined
  /** Of MTA-STS policies. */
  memory: PolicyMemory
  now: () => number
  random: () => number
  log: Logger
}): Transport {
  const { routes = [], smartHost, hostname, ports = { smtp: 25, https: 443 } } = config
  const pool = createPool()
  const reach = createReach({ pool, hostname, patience: config.patience, now })
  const deliver = createDeliver({ reach, pool, mac, log })
  const hosts = new Map(
    [...(smartHost ? [smartHost] : []), ...routes.flatMap(({ via }) => (via === 'mx' ? [] : [via]))]
      .reverse()
      .map((host) => [serverName(host), createSmartHost(host)]),
  )
  const direct = directParts()

  function directParts(): DirectParts {
    const servers = config.dnsServers?.length ? config.dnsServers.map(toDnsServer) : systemServers()
    const resolver = createResolver({ servers, trusted: config.trustDnssec, now })
    const mtaSts = createMtaSts({ resolver, memory, now, port: ports.https })
    return { resolver, mtaSts, hostname, port: ports.smtp, random }
  }

  function destinationOfAddress(address: string): string {
    const domain = toDomain(address.slice(address.lastIndexOf('@') + 1))
    const via = routes.find((route) => fits(route, domain))?.via ?? smartHost
    if (via === undefined) return sandbox
    return via === 'mx' ? `mx:${domain}` : serverName(via)
  }

  function hopOf(destination: string): Hop {
    const named = hosts.get(destination)
    return named ?? createDirect(destination.replace(/^mx:/, ''), direct)
  }

  async function sendTo(destination: string, consignment: Consignment): Promise<Attempt> {
    const { dispatch, recipients, content } = consignment
    return destination === sandbox
      ? await outbox.send(dispatch, recipients, content)
      : { outcomes: await deliver(hopOf(destination), consignment) }
  }

  const single = routes.length === 0
  return {
    perDestination: single && !smartHost ? outbox.perDestination : (config.connections ?? 10),
    destinations: single ? 'one' : 'many',
    patient: single && !smartHost && outbox.patient,
    destinationOf: destinationOfAddress,
    close: (immediately) => pool.close(immediately),

    async send(dispatch, recipients, content): Promise<Attempt> {
      // As the configuration is now: a dispatch may have been queued before it was changed.
      const groups = Map.groupBy(recipients, ({ address }) => destinationOfAddress(address))
      const attempts: Attempt[] = []
      for (const [destination, group] of groups) {
        try {
          attempts.push(await sendTo(destination, { dispatch, recipients: group, content }))
        } catch (error) {
          // What went one way is not to go again because of what could not go another.
          if (attempts.length === 0) throw error
          log.error({ err: error, dispatch: dispatch.id, destination }, 'a dispatch could not be sent')
          attempts.push({ outcomes: group.map(({ address }) => ({ address, ...ownTrouble })) })
        }
      }
      const stores = attempts.flatMap(({ store }) => store ?? [])
      return {
        outcomes: attempts.flatMap(({ outcomes }) => outcomes),
        async store(trx) {
          for (const store of stores) await store(trx)
        },
      }
    },
  }
}

const ownTrouble = {
  state: 'deferred',
  status: '4.3.0',
  reply: 'The gateway could not read the message.',
} as const

function fits({ domain: pattern }: Route, domain: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.')
    ? domain.endsWith(`.${toDomain(pattern.slice(2))}`)
    : domain === toDomain(pattern)
}
