import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { isTitle } from '../../shared/link/index.ts'

/**
 * The keys of `postern.json`, which are the gateway's environment variables as well (`smtpPort` is
 * `POSTERN_SMTP_PORT`). Values may be text, as the environment has them. `write` says what to write.
 */
const port = whole(0, 65_535)
const path = z.string().min(1)

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
    .transform((text, context): { host: string; port: number; secure: boolean } => {
      const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `smtp://${text}`)
      const plain = url && !url.username && !url.password && /^\/?$/.test(url.pathname) && !url.search
      if (plain && url.hostname && ['smtp:', 'smtps:'].includes(url.protocol)) {
        const secure = url.protocol === 'smtps:'
        return { host: unbracket(url.hostname), port: Number(url.port) || (secure ? 465 : 25), secure }
      }
      context.addIssue({ code: 'custom', message: 'not a smart host' })
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
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').meta({
    description: 'How much is logged.',
    write: 'one of silent, fatal, error, warn, info, debug, trace',
  }),
})

export type Settings = z.output<typeof SettingsSchema>
export type SmartHost = NonNullable<Settings['smartHost']>
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
