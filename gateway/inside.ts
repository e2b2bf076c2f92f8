import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import type { Config } from './config/index.ts'
import { placesIn, requireReady } from './data-directory.ts'
import { routesOf } from './delivery-config.ts'
import { type Delivery, type RetrySchedule, createDelivery, scheduleOf } from './delivery/index.ts'
import { type Keys, createKeys } from './keys/index.ts'
import { type Messages, createMessages } from './messages/index.ts'
import { commitMetrics } from './metrics.ts'
import { type People, createPeople } from './people/index.ts'
import { type Policy, createPolicy } from './policy/index.ts'
import { type Signin, createSignin } from './signin/index.ts'
import { type HealthChange, type Store, openStore } from './store/index.ts'
import { type Vault, type VaultCounts, createVault, loadMasterKey } from './vault/index.ts'

/** The parts without the edges: what a running gateway and a command beside it have in common. */
export interface Inside {
  readonly store: Store
  readonly vault: Vault
  readonly keys: Keys
  readonly people: People
  readonly policy: Policy
  readonly delivery: Delivery
  readonly signin: Signin
  readonly messages: Messages
}

export interface InsideOptions {
  readonly log: Logger
  /** ms since 1970. */
  readonly now: () => number
  /** In [0, 1), for jitter. */
  readonly random?: () => number
  readonly register?: Registry
  readonly vaultCounts?: VaultCounts | undefined
  /** This machine's name in SMTP. */
  readonly hostname?: string
  /** By which people reach the portal. */
  readonly origin?: string
  /** Waits of the queue where they are not the usual ones. */
  readonly retry?: RetrySchedule | undefined
}

/** Opens the parts, in the order in which they rely on each other, on `stack`, which closes them. Sends nothing. */
export async function openInside(
  stack: AsyncDisposableStack,
  config: Config,
  {
    log,
    now,
    random = Math.random,
    register = new Registry(),
    vaultCounts,
    hostname = 'localhost',
    origin = config.origin ?? 'http://localhost',
    retry,
  }: InsideOptions,
): Promise<Inside> {
  await requireReady(config.dataDir)
  const vault = createVault(await loadMasterKey(placesIn(config.dataDir).masterKey), vaultCounts)
  const store = stack.use(
    await openStore(config.dataDir, {
      onCommit: commitMetrics(register),
      largest: config.sizeLimit,
      tell: (change) => tell(log, change),
    }),
  )
  const title = config.name ?? new URL(origin).host
  const keys = createKeys({ store, vault, portal: origin, title, now })
  const people = createPeople({ store, vault, now })
  const policy = createPolicy({ store, people })
  const delivery = stack.use(
    createDelivery({
      store,
      people,
      config: {
        ...(await routesOf(config, hostname, now)),
        retry: retry ?? scheduleOf(config),
        softBounce: config.softBounce,
      },
      // A clock that a test moves is moved, not wrong.
      steady: now === Date.now ? () => performance.now() : now,
      now,
      log,
      random,
      register,
      mac: (purpose, data) => vault.mac(purpose, data),
    }),
  )
  const signin = stack.use(createSignin({ store, vault, people, delivery, now, log, register }))
  const messages = stack.use(
    createMessages({ store, people, delivery, now, log, origin, recordDays: config.recordDays }),
  )
  return { store, vault, keys, people, policy, delivery, signin, messages }
}

/** Once when the store fails and once when it works again: each message that is put off meanwhile is not told of. */
function tell(log: Logger, change: HealthChange): void {
  if (change.kind === 'well') log.info(change.advice)
  else log.error({ err: change.cause, trouble: change.kind }, change.advice)
}
