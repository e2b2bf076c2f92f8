import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectSender } from './sender.ts'

/** A message that was acknowledged. */
export interface Sent {
  /** Queue id of the 250. */
  readonly id: string
  readonly rfcMessageId: string
  readonly to: string
  readonly secure: boolean
  /** Too large for the database: its body is a file. */
  readonly large: boolean
  /** performance.now() when the 250 was there. */
  readonly at: number
}

export interface LoadOptions {
  readonly connections: number
  /** Stands in subject and text of every message, to be looked for where it must not be. */
  readonly canary: string
  /** Of so many messages one is large; default 20. */
  readonly largeEvery?: number
  /** Of so many messages one is relayed; default 2. */
  readonly relayEvery?: number
  /** Most lines of a small message; default 100. */
  readonly lines?: number
}

/** Mail that comes in over several connections, until it is stopped or the gateway is gone. */
export interface Load {
  /** By queue id. */
  readonly acknowledged: ReadonlyMap<string, Sent>
  /** Messages that were put off (4xx). */
  readonly putOff: number
  /** Ends after the messages that are on their way. */
  stop(): void
  /** Resolves when all connections have ended; rejects where a reply was no 250 and no 4xx. */
  readonly ended: Promise<void>
}

const people = 20

/** @param acknowledged collects over several loads on the same data. */
export function startLoad(port: number, options: LoadOptions, acknowledged = new Map<string, Sent>()): Load {
  const { connections, canary, largeEvery = 20, relayEvery = 2, lines = 100 } = options
  let stopped = false
  const goesOn = () => !stopped
  let putOff = 0

  async function sendOne(send: (data: Letter) => Promise<string>): Promise<void> {
    const facts = {
      rfcMessageId: `<${randomBytes(12).toString('hex')}@example.test>`,
      to: `p${randomInt(people)}@far.test`,
      secure: randomInt(relayEvery) !== 0,
      large: randomInt(largeEvery) === 0,
    }
    const reply = await send(letter(facts, canary, facts.large ? 6000 : randomInt(1, lines)))
    if (reply.startsWith('4')) {
      putOff++
      await sleep(20)
      return
    }
    const id = /^250 .*\b([0-9a-z]{26})\b/.exec(reply)?.[1]
    if (id === undefined || acknowledged.has(id)) throw new Error(`not what a 250 says: ${reply}`)
    acknowledged.set(id, { ...facts, id, at: performance.now() })
  }

  async function connection(): Promise<void> {
    while (goesOn()) {
      const sender = await connectSender(port).catch(unlessEnded)
      // Nobody listens any more.
      if (!sender) return
      using open = sender
      try {
        while (goesOn()) await sendOne((one) => open.send(one))
      } catch (error) {
        unlessEnded(error)
      }
    }
  }

  const ended = Promise.all(Array.from({ length: connections }, connection)).then(() => undefined)
  // Whoever waits for it is told.
  ended.catch(() => (stopped = true))
  return {
    acknowledged,
    get putOff() {
      return putOff
    },
    stop: () => void (stopped = true),
    ended,
  }
}

function unlessEnded(error: unknown): undefined {
  if (!(error instanceof Error) || !/has ended/.test(error.message)) throw error
}

interface Letter {
  readonly from: string
  readonly to: readonly string[]
  readonly data: string
}

function letter(
  { to, secure, rfcMessageId }: Pick<Sent, 'to' | 'secure' | 'rfcMessageId'>,
  canary: string,
  lines: number,
): Letter {
  return {
    from: 'ann@example.test',
    to: [to],
    data: [
      'From: Ann <ann@example.test>',
      `To: ${to}`,
      `Subject: ${secure ? '[secure] ' : ''}${canary}`,
      `Message-ID: ${rfcMessageId}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ...Array.from({ length: lines }, (_, index) => `${index} ${canary} ${'x'.repeat(40)}`),
    ].join('\r\n'),
  }
}
