import { pino } from 'pino'
import type { Envelope, NewRecipient } from '../../gateway/delivery/dispatch.ts'
import { createOutbox } from '../../gateway/delivery/outbox.ts'
import { createPolicyMemory } from '../../gateway/delivery/ways/policy-memory.ts'
import { type RoutesConfig, createRoutes } from '../../gateway/delivery/ways/routes.ts'
import type { DispatchContent, Outcome } from '../../gateway/delivery/transport.ts'
import { createVault } from '../../gateway/vault/index.ts'
import type { Row } from '../../gateway/store/index.ts'
import type { Processed } from '../../gateway/delivery/processed.ts'
import { type Ground, ground } from './delivery-parts.ts'

export interface Mail {
  readonly to: readonly (string | NewRecipient)[]
  readonly from?: string
  readonly text?: string | Buffer
  readonly envelope?: Partial<Envelope>
  readonly processed?: Processed
  readonly tls?: 'may' | 'require'
}

/** Ways out of this machine, and how mail fares on them. */
export interface Ways extends Disposable {
  send(mail: Mail): Promise<readonly Outcome[]>
  /** How often the body was read so far. */
  readonly reads: number
  destinationOf(address: string): string
}

export interface RoutesGround extends Ground {
  ways(config: Partial<RoutesConfig>): Ways
  readonly logged: string[]
}

export const letter = 'From: ann@example.test\r\nSubject: Hello\r\n\r\nText\r\n'

/** Quick to give up, so that what hangs is a test of a second. */
export const impatience = { connect: 2000, reply: 1000, tls: 2000, block: 1000, end: 1000 }

export const vault = createVault(Buffer.alloc(32, 7))

export async function routesGround(): Promise<RoutesGround> {
  const parts = await ground()
  // Certificates have times of their own: the clock begins now.
  parts.clock.at = Date.now()
  const now = () => parts.clock.at
  const { store, people } = parts
  const logged: string[] = []
  return {
    ...parts,
    logged,
    ways(config) {
      const transport = createRoutes({
        config: { hostname: 'gateway.example.test', patience: impatience, ...config },
        outbox: createOutbox({ store, people, now }),
        mac: (purpose, data) => vault.mac(purpose, data),
        memory: createPolicyMemory(store, now),
        now,
        random: Math.random,
        log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
      })
      let reads = 0
      return {
        get reads() {
          return reads
        },
        destinationOf: (address) => transport.destinationOf(address),
        async send({ to, from = 'ann@example.test', text = letter, envelope, processed, tls = 'may' }) {
          const bytes = Buffer.from(text)
          const content: DispatchContent = {
            envelopeFrom: from,
            size: bytes.length,
            subject: 'Hello',
            fromAddress: 'ann@example.test',
            processed,
            envelope: envelope && {
              ...{ eightBit: false, utf8: false, requireTls: false, ret: null, envid: null },
              ...envelope,
            },
            async *read() {
              reads++
              for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384)
            },
          }
          const recipients = to.map((one) => (typeof one === 'string' ? { address: one } : one))
          // What transports look at.
          const dispatch = { id: '01dispatch', account_id: parts.account.id, tls } as Row<'dispatches'>
          const { outcomes, store: storeMore } = await transport.send(dispatch, recipients, content)
          if (storeMore) await store.write((trx) => storeMore(trx))
          return outcomes
        },
        [Symbol.dispose]: () => transport.close(true),
      }
    },
  }
}
