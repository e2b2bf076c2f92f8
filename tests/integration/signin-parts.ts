import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createDelivery } from '../../gateway/delivery/index.ts'
import { Notice } from '../../gateway/notices/index.ts'
import {
  type Account,
  type People,
  type Person,
  createPeople,
  ensureTemporary,
} from '../../gateway/people/index.ts'
import { type Signin, createSignin } from '../../gateway/signin/index.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { type Vault, createVault } from '../../gateway/vault/index.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** A password that meets every requirement. */
export const good = 'violet-tractor-hums-42'
export const better = 'seven quiet lanterns drift'

export const here = { ip: '192.0.2.10', agent: 'Test/1.0' }
export const elsewhere = { ip: '198.51.100.20', agent: 'Test/2.0' }

/** A gateway's sign-in on a real store, with a clock the test sets. Nothing is sent: mails stay in the queue. */
export interface Desk extends AsyncDisposable {
  readonly store: Store
  readonly vault: Vault
  readonly people: People
  readonly account: Account
  readonly clock: { at: number }
  /** What was logged, a JSON line each. */
  readonly logged: string[]
  signin: Signin
  /** Ends the process, as far as this part is concerned, and starts it again. */
  restart(): Promise<void>
  /** A recipient, or a user where the domain is example.test, with a temporary password. */
  newcomer(address?: string): Promise<{ person: Person; temporary: string }>
  /** The same who has chosen the password `good`. */
  resident(address?: string): Promise<Person>
  /** Notices in the queue, oldest first. */
  mails(): Promise<{ notice: Notice; to: string; from: string; accountId: string }[]>
  causes(): Promise<string[]>
}

export async function desk(): Promise<Desk> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-signin-'))
  const vault = createVault(Buffer.alloc(32, 5))
  const clock = { at: Date.UTC(2026, 10, 21) }
  const now = () => clock.at
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })

  async function open() {
    const store = await openStore(directory)
    const people = createPeople({ store, vault, now })
    const delivery = createDelivery({ store, people, config: { hostname: 'gw.example.test' }, now, log })
    return { store, people, signin: createSignin({ store, vault, people, delivery, now, log }) }
  }
  async function close() {
    await parts.signin[Symbol.asyncDispose]()
    await parts.store[Symbol.asyncDispose]()
  }

  let parts = await open()
  const account = await parts.people.createAccount({
    code: 'example',
    name: 'Example Hospital',
    domains: ['example.test'],
  })

  const self: Desk = {
    get store() {
      return parts.store
    },
    get people() {
      return parts.people
    },
    get signin() {
      return parts.signin
    },
    vault,
    account,
    clock,
    logged,
    async restart() {
      await close()
      parts = await open()
    },
    async newcomer(address = 'rita@clinic.test') {
      const person = await parts.store.write(async (trx) => {
        const { person } = await parts.people.ensure(trx, { address }, now())
        await ensureTemporary(trx, person.id, now())
        return person
      })
      const details = await parts.signin.temporaryPassword(person.id)
      if (!details) throw new Error('no temporary password was made')
      return { person, temporary: details.password }
    },
    async resident(address = 'rita@clinic.test') {
      const { person, temporary } = await self.newcomer(address)
      const visitor = { ip: '203.0.113.99', agent: 'Setup/1.0' }
      const { token } = await parts.signin.signIn({ address, password: temporary, ...visitor })
      const changed = await parts.signin.changePassword(token, temporary, good, visitor)
      await parts.signin.signOut(changed.token, false)
      return person
    },
    async mails() {
      const rows = await parts.store.db.selectFrom('dispatches').selectAll().orderBy('id').execute()
      return rows.map((row) => {
        const recipients = JSON.parse(row.recipients_json) as { address: string }[]
        return {
          notice: Notice.parse(JSON.parse(row.notice_json ?? 'null')),
          to: recipients.map((one) => one.address).join(),
          from: row.envelope_from,
          accountId: row.account_id,
        }
      })
    },
    async causes() {
      const rows = await parts.store.db.selectFrom('sign_ins').select('cause').orderBy('id').execute()
      return rows.map((row) => row.cause)
    },
    async [Symbol.asyncDispose]() {
      await close()
      await rm(directory, { recursive: true, force: true })
    },
  }
  return self
}

/** What a promise was rejected with; fails where it was not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it succeeded')
}
