import type { Config } from '../../config/index.ts'
import { routesOf } from '../../delivery-config.ts'
import { type ProbedServer, isSandbox, probeDns, probeServers } from '../../delivery/index.ts'
import { type Check, type Finding, ok, problem, warning } from './check.ts'

/** Servers that the configuration names: connect, EHLO, TLS, and the sign-in where there is one. Sends nothing. */
export const checkRoutes: Check = async (config) => {
  const none = ok('smart host', 'There is none: mail ends in the outbox of this machine.')
  const servers = await probeServers(await configured(config), Date.now)
  const findings = servers.flatMap((one) => [ofServer(one), ...(one.login ? [ofLogin(one.login)] : [])])
  return isSandbox(config) ? [none, ...findings] : findings
}

/** DNS, where mail goes to the servers it names. */
export const checkDns: Check = async (config) => {
  const found = await probeDns(await configured(config), Date.now)
  if (!found) return []
  const { servers, why, trusted, checked } = found
  if (why !== undefined) {
    return [
      problem('DNS', `It does not answer: ${why}.`, 'Check POSTERN_DNS_SERVERS, or those of this machine.'),
    ]
  }
  const who = servers.join(', ')
  if (config.trustDnssec === false) return [ok('DNS', `${who} answers. DANE is turned off.`)]
  if (trusted && checked) return [ok('DNS', `${who} answers and checks DNSSEC: DANE is used.`)]
  if (trusted) {
    return [
      warning(
        'DNS',
        `${who} answers, but does not check DNSSEC: DANE is not used.`,
        'Run a resolver that checks DNSSEC on this machine, such as Unbound.',
      ),
    ]
  }
  return [
    warning(
      'DNS',
      `${who} answers. What it says of DNSSEC is not believed, for it is not on this machine: DANE is not used.`,
      'Run a resolver that checks DNSSEC on this machine, or set POSTERN_TRUST_DNSSEC where the way to it is safe.',
    ),
  ]
}

function configured(config: Config) {
  return routesOf(config, config.hostname ?? 'localhost', Date.now)
}

function ofServer({ server, main, reachable, channel, tls, demand, why }: ProbedServer): Finding {
  const check = main ? 'smart host' : `route ${server}`
  if (channel === undefined) {
    return reachable
      ? problem(
          check,
          `${server} can't be used: ${why ?? ''}`,
          `It must offer TLS (${demand}); see smartHostTls.`,
        )
      : problem(check, `${server} can't be reached: ${why ?? ''}`, advice)
  }
  if (tls === 'none') {
    return warning(
      check,
      `${server} answers, but offers no TLS: mail goes to it in clear.`,
      'Turn on STARTTLS there.',
    )
  }
  return ok(check, `${server} answers, with TLS (${channel}).`)
}

const advice = 'Check POSTERN_SMART_HOST and POSTERN_ROUTES, the firewall, and that it listens.'

function ofLogin({ user, why }: { user: string; why: string | undefined }): Finding {
  const check = 'smart host login'
  return why === undefined
    ? ok(check, `${user} may send.`)
    : problem(
        check,
        why,
        'Check POSTERN_SMART_HOST_USER, POSTERN_SMART_HOST_PASSWORD, and the token’s settings.',
      )
}
