import { readFile } from 'node:fs/promises'
import type { Config, MailServer } from './config/index.ts'
import { type RoutesConfig, type SmartHost, createTokens } from './delivery/index.ts'
import { Problem } from './problem.ts'

/** What the configuration says of how mail leaves. Throws Problem where a file that it names can't be read. */
export async function routesOf(config: Config, hostname: string, now: () => number): Promise<RoutesConfig> {
  const smartHost = config.smartHost && (await smartHostOf(config, config.smartHost, now))
  // A route that leads to the smart host signs in there as everything else does.
  const via = (server: MailServer): SmartHost =>
    smartHost && server.host === smartHost.host && server.port === smartHost.port ? smartHost : server
  return {
    hostname,
    ...(smartHost && { smartHost }),
    routes: config.routes.map((route) => ({
      domain: route.domain,
      via: route.via === 'mx' ? 'mx' : via(route.via),
    })),
    dnsServers: config.dnsServers,
    ...(config.trustDnssec !== null && { trustDnssec: config.trustDnssec }),
    connections: config.connections,
  }
}

async function smartHostOf(config: Config, server: MailServer, now: () => number): Promise<SmartHost> {
  const {
    smartHostUser: user,
    smartHostPassword: password,
    smartHostTls: tls,
    smartHostTokenUrl: url,
  } = config
  const token =
    url === null || config.smartHostClientId === null
      ? undefined
      : createTokens(
          {
            url,
            clientId: config.smartHostClientId,
            clientSecret: password ?? undefined,
            scope: config.smartHostScope ?? undefined,
            refreshToken: config.smartHostRefreshToken ?? undefined,
          },
          now,
        )
  return {
    ...server,
    ...(tls !== null && { tls }),
    ...(config.smartHostCa !== null && { ca: await readCertificates(config.smartHostCa) }),
    ...(user !== null && { user }),
    ...(token ? { token } : password !== null && { password }),
  }
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Problem(
      'certificate-unreadable',
      500,
      `The certificates in ${path} can't be read. Check smartHostCa.`,
      error,
    )
  }
}
