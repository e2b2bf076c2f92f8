import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import type { Config } from './config/index.ts'
import { placesIn } from './data-directory.ts'
import { type Delivery, createDelivery } from './delivery/index.ts'
import { type Keys, createKeys } from './keys/index.ts'
import { type Messages, createMessages } from './messages/index.ts'
import { type People, createPeople } from './people/index.ts'
import { type Policy, createPolicy } from './policy/index.ts'
import { type Signin, createSignin } from './signin/index.ts'
import { type Store, openStore } from './store/index.ts'
import { type Vault, createVault, loadMasterKey } from './vault/index.ts'

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
  /** This machine's name in SMTP. */
  readonly hostname?: string
  /** By which people reach the portal. */
  readonly origin?: string
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
    hostname = 'localhost',
    origin = config.origin ?? 'http://localhost',
  }: InsideOptions,
): Promise<Inside> {
  const vault = createVault(await loadMasterKey(placesIn(config.dataDir).masterKey))
  const store = stack.use(await openStore(config.dataDir))
  const title = config.name ?? new URL(origin).host
  const keys = createKeys({ store, vault, portal: origin, title, now })
  const people = createPeople({ store, vault, now })
  const policy = createPolicy({ store, people })
  const smartHost = config.smartHost && {
    ...config.smartHost,
    ...(config.smartHostUser !== null && { user: config.smartHostUser }),
    ...(config.smartHostPassword !== null && { password: config.smartHostPassword }),
  }
  const delivery = stack.use(
    createDelivery({
      store,
      people,
      config: { hostname, smartHost: smartHost ?? undefined },
      now,
      log,
      random,
      register,
    }),
  )
  const signin = stack.use(createSignin({ store, vault, people, delivery, now, log }))
  const messages = stack.use(createMessages({ store, people, delivery, now, log, origin }))
  return { store, vault, keys, people, policy, delivery, signin, messages }
}
