import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Config } from '../config/index.ts'
import type { Delivery } from '../delivery/index.ts'
import type { Messages } from '../messages/index.ts'
import type { Keys } from '../keys/index.ts'
import type { Links } from '../notices/index.ts'
import type { People } from '../people/index.ts'
import type { Signin } from '../signin/index.ts'
import type { Store } from '../store/index.ts'
import type { SessionCookie } from './cookie.ts'

/** What the HTTP edge is given. */
export interface HttpParts {
  readonly config: Config
  /** Scheme, host and port by which people reach the gateway; never taken from a request. */
  readonly origin: string
  readonly store: Store
  readonly people: People
  readonly signin: Signin
  readonly messages: Messages
  readonly links: Links
  readonly keys: Keys
  readonly delivery: Delivery
  readonly log: Logger
  /** What /metrics shows. */
  readonly register: Registry
  /** Whether an IP address may see it. */
  readonly seesMetrics: (ip: string) => boolean
  readonly now: () => number
  /** Where SMTP listens, undefined until it does. */
  readonly smtp: () => { host: string; port: number } | undefined
  /** Directory of the built pages. */
  readonly pages: string
}

/** The same with what the edge makes of it for its own routes. */
export interface RouteParts extends HttpParts {
  readonly cookie: SessionCookie
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>
