import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { isTitle } from '../../shared/link/index.ts'

/**
 * The keys of `postern.json`, which are the gateway's environment variables as well (`smtpPort` is
 * `POSTERN_SMTP_PORT`). Values may be text, as the environment has them. `write` says what to write.
 */
const port = whole(0, 65_535)
const path = z.string().min(1)

/** A mail server to relay through. `secure`: TLS from the first byte. */
export interface MailServer {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/** How mail for some domains leaves. */
export interface Route {
  /** A domain, `*.` and a domain for those below it, or `*` for all. */
  readonly domain: string
  /** `mx`: to the servers that DNS names for the domain. */
  readonly via: 'mx' | MailServer
}

export const SettingsSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').meta({
    description: 'Address that SMTP and HTTP listen on. The default takes connections of this machine alone.',
    write: 'an IP address or host name, such as 127.0.0.1 or 0.0.0.0',
  }),
  smtpPort: port.default(2525).meta({
    description: 'Port of SMTP with STARTTLS.',
    write: 'a port from 0 to 65535, such as 2525 (0 takes any free one)',
  }),
  smtpsPort: port.nullable().default(null).meta({
    description: 'Port of SMTP with TLS from the first byte. Not set: there is none.',
    write: 'a port from 0 to 65535, such as 4650, or leave it out',
  }),
  httpPort: port.default(8080).meta({
    description: 'Port of the portal and the HTTP API.',
    write: 'a port from 0 to 65535, such as 8080 (0 takes any free one)',
  }),
  origin: z
    .string()
    .transform((text, context) => {
      const url = URL.parse(text)
      const bare = url && `${url.origin}/` === url.href && ['http:', 'https:'].includes(url.protocol)
      if (bare) return url.origin
      context.addIssue({ code: 'custom', message: 'not an origin' })
      return z.NEVER
    })
    .nullable()
    .default(null)
    .meta({
      description:
        'Address under which people reach the portal; it stands in every link. Not set: http://localhost and the HTTP port.',
      write: 'scheme, host and port alone, such as https://secure.example.com',
    }),
  name: z.string().refine(isTitle).nullable().default(null).meta({
    description:
      'Name of the gateway for people, shown where they decide whether to trust it. Not set: the host of the origin.',
    write: 'at most 100 characters, such as Example Corp secure mail',
  }),
  hostname: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i)
    .nullable()
    .default(null)
    .meta({
      description: 'Name the gateway gives itself in SMTP. Not set: the host of the origin.',
      write: 'a host name, such as gateway.example.com',
    }),
  smartHost: z
    .string()
    .transform((text, context): MailServer => {
      const server = toMailServer(text)
      if (server) return server
      context.addIssue({ code: 'custom', message: 'not a mail server' })
      return z.NEVER
    })
    .nullable()
    .default(null)
    .meta({
      description:
        'Mail server that takes everything the gateway sends. Not set: sandbox, nothing leaves this machine.',
      write: 'a host and port, such as mail.example.com:587, or smtps://mail.example.com for TLS at once',
    }),
  smartHostUser: z.string().min(1).nullable().default(null).meta({
    description: 'User name at the smart host.',
    write: 'a user name, or leave it out',
  }),
  smartHostPassword: z.string().min(1).nullable().default(null).meta({
    description: 'Password at the smart host.',
    write: 'a password, or leave it out',
    secret: true,
  }),
  smartHostTls: z.enum(['may', 'encrypt', 'verify']).nullable().default(null).meta({
    description:
      'TLS to the smart host: `may` where it is offered, `encrypt` or nothing, `verify` its certificate as well. Not set: `verify` where a password crosses a network or TLS begins at once (smtps), else `may`.',
    write: 'one of may, encrypt, verify',
  }),
  smartHostCa: path.nullable().default(null).meta({
    description: 'Certificates (PEM) that the smart host is verified against instead of the system’s.',
    write: 'the path of a PEM file, or leave it out',
  }),
  smartHostTokenUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .meta({
      description:
        'Where an access token for the smart host is fetched (OAuth 2.0); with it AUTH is XOAUTH2 and smartHostPassword is the client secret or, with smartHostRefreshToken, that client’s secret.',
      write: 'a URL, such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token',
    }),
  smartHostClientId: z.string().min(1).nullable().default(null).meta({
    description: 'Client id at smartHostTokenUrl.',
    write: 'the client id, or leave it out',
  }),
  smartHostScope: z.string().min(1).nullable().default(null).meta({
    description: 'Scope asked for at smartHostTokenUrl.',
    write: 'a scope, such as https://outlook.office365.com/.default',
  }),
  smartHostRefreshToken: z.string().min(1).nullable().default(null).meta({
    description: 'Refresh token for smartHostTokenUrl. Not set: the client signs in for itself.',
    write: 'the token, or leave it out',
    secret: true,
  }),
  routes: list(z.string().transform(toRoute)).default([]).meta({
    description:
      'Ways for single domains, the first that fits; what none fits goes to smartHost. A target is mx (the domain’s own mail servers) or a server like smartHost; `* mx` alone delivers everything directly.',
    write:
      'entries like "partner.example smtps://mail.partner.example", "*.example.org mx" (separated by commas)',
  }),
  dnsServers: list(z.string().refine((text) => ipaddr.isValid(text)))
    .default([])
    .meta({
      description: 'DNS servers asked for MX, MTA-STS and DANE. Not set: those of the system.',
      write: 'IP addresses, such as 127.0.0.1 (separated by commas)',
    }),
  trustDnssec: flag().nullable().default(null).meta({
    description:
      'The DNS servers check DNSSEC and nobody stands between them and the gateway: DANE is used. Not set: where all of them are on this machine.',
    write: 'true or false',
  }),
  connections: whole(1, 1000).default(10).meta({
    description: 'Connections at once to one destination.',
    write: 'a number from 1 to 1000',
  }),
  softBounce: flag().default(false).meta({
    description:
      'Refusals for good count as temporary: nothing bounces in the first days beside a mail system. Turn it off afterwards.',
    write: 'true or false',
  }),
  queueDays: whole(1, 30).default(5).meta({
    description: 'Days after which mail that could not be delivered goes back to its sender.',
    write: 'a number of days from 1 to 30',
  }),
  delayHours: whole(0, 240).default(4).meta({
    description: 'Hours after which a sender is told that their mail is late; 0: never.',
    write: 'a number of hours from 0 to 240',
  }),
  recordDays: whole(1, 36_500).default(400).meta({
    description:
      'Days for which what became of a message (addresses, times, events) is kept after its body was destroyed.',
    write: 'a number of days, such as 400',
  }),
  workers: whole(0, 64).nullable().default(null).meta({
    description:
      'Threads that take mail in. Not set: one fewer than this machine has cores, at least one. 0: in the main thread.',
    write: 'a number from 0 to 64, or leave it out',
  }),
  networks: list(z.string().refine(isNetwork)).default(['127.0.0.0/8', '::1/128']).meta({
    description: 'Networks that may send mail through the gateway without signing in.',
    write: 'IP addresses or networks, such as 127.0.0.0/8, 10.1.0.0/16 (separated by commas)',
  }),
  sizeLimit: z
    .preprocess(toBytes, z.number().int().min(100_000).max(1_000_000_000))
    .default(52_428_800)
    .meta({
      description: 'Largest message taken, in bytes, as it is on the wire.',
      write: 'a size from 100 KB to 1 GB, such as 52428800 or "50 MB"',
    }),
  tlsCert: path.nullable().default(null).meta({
    description: 'Certificate chain of the SMTP listeners (PEM). Not set: a certificate of its own making.',
    write: 'the path of a PEM file, together with tlsKey',
  }),
  tlsKey: path.nullable().default(null).meta({
    description: 'Private key of tlsCert (PEM).',
    write: 'the path of a PEM file, together with tlsCert',
  }),
  trustProxy: list(z.string().refine(isNetwork)).default([]).meta({
    description: 'Reverse proxies whose X-Forwarded-For is believed.',
    write: 'IP addresses or networks of your proxies, such as 10.1.2.3 (separated by commas)',
  }),
  metricsNetworks: list(z.string().refine(isNetwork)).default(['127.0.0.0/8', '::1/128']).meta({
    description:
      'Networks that see /metrics; to others there is nothing at this address. What a proxy passes on is not shown unless trustProxy names that proxy.',
    write: 'IP addresses or networks, such as 10.1.2.3 (separated by commas)',
  }),
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').meta({
    description: 'How much is logged.',
    write: 'one of silent, fatal, error, warn, info, debug, trace',
  }),
})

export type Settings = z.output<typeof SettingsSchema>
export type SettingName = keyof Settings

/** What is written about a key: its meaning, what to write, whether its value is a secret. */
export interface SettingMeta {
  readonly description: string
  readonly write: string
  readonly secret: boolean
}

export function metaOf(name: SettingName): SettingMeta {
  const meta = SettingsSchema.shape[name].meta()
  return {
    description: meta?.description ?? '',
    write: typeof meta?.['write'] === 'string' ? meta['write'] : '',
    secret: meta?.['secret'] === true,
  }
}

/** `smtpPort` is `POSTERN_SMTP_PORT` in the environment. */
export function variableOf(name: string): string {
  return `POSTERN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Undefined where the text is none. */
function toMailServer(text: string): MailServer | undefined {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `smtp://${text}`)
  const plain = url && !url.username && !url.password && /^\/?$/.test(url.pathname) && !url.search
  if (!plain || !url.hostname || !['smtp:', 'smtps:'].includes(url.protocol)) return undefined
  const secure = url.protocol === 'smtps:'
  return { host: unbracket(url.hostname), port: Number(url.port) || (secure ? 465 : 25), secure }
}

/** `<domain | *.domain | *> <mx | server>` */
function toRoute(text: string, context: z.RefinementCtx): Route {
  const [domain = '', target = '', ...more] = text.trim().split(/\s+/)
  const via = target === 'mx' ? target : toMailServer(target)
  if (via && more.length === 0 && /^(\*|(\*\.)?[^\s*@:/]+)$/.test(domain))
    return { domain: domain.toLowerCase(), via }
  context.addIssue({ code: 'custom', message: 'not a route' })
  return z.NEVER
}

function flag() {
  const words = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ])
  return z.preprocess((value) => words.get(value) ?? value, z.boolean())
}

function whole(least: number, most: number) {
  const toNumber = (value: unknown) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value
  return z.preprocess(toNumber, z.number().int().min(least).max(most))
}

function list<T extends z.ZodType>(item: T) {
  const split = (value: unknown) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : value
  return z.preprocess(split, z.array(item))
}

function isNetwork(text: string): boolean {
  return text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text)
}

function toBytes(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(value.trim())
  if (!match?.[1]) return value
  const unit = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2]?.toUpperCase() ?? '']
  return unit === undefined ? value : Math.round(Number(match[1]) * unit)
}

function unbracket(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
