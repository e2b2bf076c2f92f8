import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { createDelivery } from '../../gateway/delivery/index.ts'
import { type MessageFacts, type Messages, createMessages } from '../../gateway/messages/index.ts'
import { Notice } from '../../gateway/notices/index.ts'
import {
  type Account,
  type AccountSettings,
  type People,
  type Person,
  createPeople,
} from '../../gateway/people/index.ts'
import type { HeldOptions, RecipientDecision } from '../../gateway/policy/index.ts'
import { Problem } from '../../gateway/problem.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'
import { plainEnvelope } from '../fixtures/envelope.ts'

export const day = 24 * 60 * 60 * 1000
export const quiet: Logger = pino({ level: 'silent' })

export interface Sent {
  readonly raw: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Addresses it is held for. */
  readonly hold?: readonly string[]
  readonly relay?: readonly string[]
  readonly facts?: Partial<MessageFacts>
  readonly options?: HeldOptions
  readonly setBy?: RecipientDecision['setBy']
}

/** Messages on a real store, vault and queue, with a clock the test sets. Nothing leaves: dispatches stay queued. */
export interface Office extends AsyncDisposable {
  readonly directory: string
  readonly store: Store
  readonly people: People
  readonly account: Account
  readonly clock: { at: number }
  messages: Messages
  receive(message: Sent): Promise<string>
  person(address: string): Promise<Person>
  /** The newest message in a person's inbox. */
  newest(address: string): Promise<{ person: Person; id: string }>
  /** What is in the queue, oldest first. */
  queue(): Promise<{ notice: Notice | null; messageId: string | null; from: string; to: string[] }[]>
  events(): Promise<string[]>
  /** Whether bytes stand anywhere below the data directory. */
  onDisk(bytes: string): Promise<boolean>
}

export const sender = { address: 'anna@example.test', name: 'Anna Example' }

export function mail(headers: Record<string, string>, body: string): string {
  const lines = Object.entries({
    From: 'Anna Example <anna@example.test>',
    To: 'Rita <rita@clinic.test>',
    Subject: 'Results',
    'Message-ID': '<m1@example.test>',
    'MIME-Version': '1.0',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${lines.join('')}\r\n${body}`
}

/** @param given options of createMessages. */
export async function office(
  settings: Partial<AccountSettings> = {},
  given: { uploadIdle?: number } = {},
): Promise<Office> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-messages-'))
  const clock = { at: Date.UTC(2026, 10, 21) }
  const now = () => clock.at
  const vault = createVault(Buffer.alloc(32, 7))
  const store = await openStore(directory)
  const people = createPeople({ store, vault, now })
  const delivery = createDelivery({ store, people, config: { hostname: 'gw.example.test' }, now, log: quiet })
  const messages = createMessages({
    store,
    people,
    delivery,
    now,
    log: quiet,
    origin: 'https://portal.example.test',
    ...given,
  })
  const account = await people.createAccount({
    code: 'example',
    name: 'Example Hospital',
    domains: ['example.test'],
    settings,
  })

  const self: Office = {
    directory,
    store,
    people,
    account,
    clock,
    messages,
    async receive({ raw, hold = [], relay = [], facts = {}, options = {}, setBy = {} }) {
      await using incoming = self.messages.begin(account)
      if (typeof raw === 'string' || raw instanceof Uint8Array) await incoming.write(Buffer.from(raw))
      else for await (const chunk of raw) await incoming.write(chunk)
      const decision = { definition: 'marked secure', options, setBy }
      const { id } = await self.messages.accept(
        incoming,
        {
          envelopeFrom: sender.address,
          ...plainEnvelope,
          from: sender,
          to: hold.map((address) => ({ address, name: '' })),
          cc: [],
          subject: 'Results',
          rfcMessageId: '<m1@example.test>',
          inReplyTo: [],
          references: [],
          hasAttachments: false,
          receivedAt: now(),
          ...facts,
        },
        [
          ...hold.map((address) => ({ address, outcome: 'hold' as const, ...decision })),
          ...relay.map((address) => ({ address, outcome: 'relay' as const, ...decision })),
        ],
      )
      return id
    },
    async person(address) {
      const person = await people.personByAddress(address)
      if (!person) throw new Error(`nobody has the address ${address}`)
      return person
    },
    async newest(address) {
      const person = await self.person(address)
      const [first] = (await self.messages.list(person, {})).items
      if (!first) throw new Error(`${address} has no message`)
      return { person, id: first.id }
    },
    async queue() {
      const rows = await store.db.selectFrom('dispatches').selectAll().orderBy('id').execute()
      return rows.map((row) => ({
        notice: row.notice_json === null ? null : Notice.parse(JSON.parse(row.notice_json)),
        messageId: row.message_id,
        from: row.envelope_from,
        to: (JSON.parse(row.recipients_json) as { address: string }[]).map(({ address }) => address),
      }))
    },
    async events() {
      const rows = await store.db.selectFrom('events').select('type').orderBy('id').execute()
      return rows.map(({ type }) => type)
    },
    async onDisk(bytes) {
      for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(bytes))
          return true
      }
      return false
    },
    async [Symbol.asyncDispose]() {
      await self.messages[Symbol.asyncDispose]()
      await delivery[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
  return self
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

/** The Problem a promise was rejected with; fails where it was none. */
export async function problem(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Problem)) throw new Error('it was not refused', { cause: error })
  return error
}
