/**
 * The composition root: configuration in, running parts out, started in the order in which they rely on each other
 * and stopped in the opposite one.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { certificateOf } from './certificate.ts'
import { createClockWatch } from './clock-watch.ts'
import type { Config } from './config/index.ts'
import { placesIn, prepareDataDirectory } from './data-directory.ts'
import type { RetrySchedule } from './delivery/index.ts'
import { contentOf } from './dispatch-content.ts'
import { type FirstSignIn, firstSignIn, makeFirstAccount } from './first-start.ts'
import { keepHouse } from './housekeeping.ts'
import { type Http, bindHttp, createHttp, portProblem } from './http/index.ts'
import { type Inside, openInside } from './inside.ts'
import { type IntakeThreads, createIntake, createIntakeMetrics, networks } from './intake/index.ts'
import { processMetrics, storeMetrics } from './metrics.ts'
import { noticeSources } from './notice-sources.ts'
import { type Links, createLinks, createNotices, readReplyAddress } from './notices/index.ts'
import { Problem } from './problem.ts'
import { createVaultMetrics, loadMasterKey } from './vault/index.ts'
import { gatewayVersion } from './version.ts'

export interface GatewayOptions {
  readonly log: Logger
  /** ms since 1970. */
  readonly now?: () => number
  /** In [0, 1), for jitter. */
  readonly random?: () => number
  /** Directory of the built pages. */
  readonly pages?: string
  /** Waits of the queue, for tests that can't wait for hours. */
  readonly retry?: RetrySchedule | undefined
}

export interface Gateway extends Inside, AsyncDisposable {
  readonly config: Config
  /** By which people reach the portal. */
  readonly origin: string
  /** Where HTTP really listens, for programs on this machine. */
  readonly httpUrl: string
  readonly routes: Http['routes']
  readonly smtpPort: number
  readonly smtpsPort: number | undefined
  /** Of the first administrator, until it was changed. */
  readonly firstSignIn: FirstSignIn | undefined
  readonly links: Links
}

const builtPages = join(import.meta.dirname, '../dist/pages')
const minute = 60_000
const hour = 60 * minute

/** Starts a gateway. Throws Problem that tells the operator what to do; nothing is left running then. */
export async function startGateway(
  config: Config,
  { log, now = Date.now, random = Math.random, pages = builtPages, retry }: GatewayOptions,
): Promise<Gateway> {
  await using starting = new AsyncDisposableStack()
  await prepareDataDirectory(config.dataDir)
  const http = starting.use(await bindHttp(config.host, config.httpPort))
  const origin = config.origin ?? `http://localhost:${http.port}`
  const hostname = config.hostname ?? new URL(origin).hostname

  const register = new Registry()
  starting.use(processMetrics(register, { version: await gatewayVersion() }))
  const vaultCounts = createVaultMetrics(register)
  const inside = await openInside(starting, config, {
    vaultCounts,
    log,
    now,
    random,
    register,
    hostname,
    origin,
    retry,
  })
  const { store, vault, keys, people, policy, delivery, signin, messages } = inside
  await storeMetrics(register, { store, dataDir: config.dataDir })
  await makeFirstAccount({ store, people, now })
  const links = createLinks({ keys, origin, now })
  const notices = createNotices({
    people,
    vault,
    links,
    origin,
    hostname,
    now,
    facts: noticeSources(inside, origin),
  })
  delivery.start(contentOf({ messages, notices }), {
    finished: async ({ message_id }) => {
      if (message_id !== null) await messages.release(message_id)
    },
    hold: (trx, dispatch, recipients, reason) => messages.holdInstead(trx, dispatch, recipients, reason),
    original: (messageId) => messages.read(messageId),
  })
  const clock = createClockWatch({ now, lastSeen: await newestEvent(store), log })
  starting.use(
    keepHouse(
      [
        {
          name: 'expire',
          every: minute,
          run: async (pace) => clock.believed() && (await messages.expireDue(pace)),
        },
        {
          name: 'remind',
          every: minute,
          run: async (pace) => clock.believed() && (await messages.remindDue(pace)),
        },
        {
          name: 'forget',
          every: minute / 2,
          run: async (pace) => (await store.forget()) || pace.leave(),
        },
        {
          name: 'records',
          every: hour,
          run: async (pace) => clock.believed() && (await messages.forgetRecords(pace)),
        },
        { name: 'sweep', every: hour, run: (pace) => messages.sweep(pace) },
        { name: 'sign-in', every: hour, run: () => signin.clean() },
        { name: 'queue', every: hour, run: () => delivery.clean() },
      ],
      log,
    ),
  )

  let smtp: { host: string; port: number } | undefined
  const edge = starting.use(
    await createHttp(http, {
      config,
      origin,
      store,
      people,
      signin,
      messages,
      links,
      keys,
      delivery,
      log,
      register,
      seesMetrics: networks(config.metricsNetworks),
      now,
      smtp: () => smtp,
      pages,
    }),
  )
  // Connections first: closing the edge waits for the requests that run.
  starting.use(http)

  const intake = starting.use(
    await createIntake({
      config: {
        listeners: [
          { host: config.host, port: config.smtpPort, tls: 'starttls' },
          ...(config.smtpsPort === null
            ? []
            : [{ host: config.host, port: config.smtpsPort, tls: 'implicit' as const }]),
        ],
        networks: config.networks,
        sizeLimit: config.sizeLimit,
        hostname,
      },
      tls: await certificateOf(config, hostname, now),
      people,
      policy,
      messages,
      signin,
      readReplyAddress: (address) => readReplyAddress(vault, address),
      mac: (purpose, data) => vault.mac(purpose, data),
      report: (trouble) => store.report(trouble),
      counts: createIntakeMetrics(register, vaultCounts),
      now,
      log,
      // Another clock than the machine's stays in this thread.
      threads: now === Date.now ? await threadsOf(config) : undefined,
    }).catch((error: unknown) => {
      throw smtpProblem(error, config)
    }),
  )
  const [smtpPort, smtpsPort] = intake.ports
  if (smtpPort === undefined) throw new Error('SMTP does not listen')
  smtp = { host: config.host, port: smtpPort }
  starting.defer(() => {
    smtp = undefined
  })

  const first = await firstSignIn({ store, people, signin, now })
  const running = starting.move()
  return {
    config,
    origin,
    httpUrl: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${http.port}`,
    smtpPort,
    smtpsPort,
    firstSignIn: first,
    routes: edge.routes,
    links,
    ...inside,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** When something last happened here, ms. */
async function newestEvent({ db }: Inside['store']): Promise<number | undefined> {
  const event = await db.selectFrom('events').select('at').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return event?.at
}

async function threadsOf({ workers, dataDir }: Config): Promise<IntakeThreads> {
  return {
    count: workers ?? Math.max(1, availableParallelism() - 1),
    dataDir,
    masterKey: await loadMasterKey(placesIn(dataDir).masterKey),
  }
}

/** Names the variable of an SMTP port that could not be listened on. */
function smtpProblem(error: unknown, { host, smtpPort, smtpsPort }: Config): unknown {
  if (!(error instanceof Problem) || error.code !== 'smtp-port-taken') return error
  const { cause } = error
  const implicit = cause instanceof Error && 'port' in cause && cause.port === smtpsPort
  return implicit
    ? portProblem(cause, 'SMTP with TLS', host, smtpsPort ?? 0, 'POSTERN_SMTPS_PORT')
    : portProblem(cause, 'SMTP', host, smtpPort, 'POSTERN_SMTP_PORT')
}
