import { MessageList } from '../../shared/contract/index.ts'
import { fill } from './fill.ts'
import { type Gateway, gateway, timeOfCommand } from './gateway.ts'
import { haraka } from './haraka.ts'
import { send } from './load.ts'
import { type Newcomer, firstSignIn } from './person.ts'
import { postfix } from './postfix.ts'
import { type Server, freshDirectory } from './server.ts'
import { ms, whole } from './table.ts'

const load = { size: 10_240, connections: 50, persistent: true }

export const growthHead = [
  'held before',
  'Postern intake',
  'Haraka intake',
  'Postfix intake',
  'list p95',
  'search p95',
  'start',
  'doctor',
  'doctor --data',
]

/** Up to how many messages the others are filled: over SMTP, which takes its time. */
export interface Beside {
  readonly haraka: number
  readonly postfix: number
}

/**
 * How the gateway does with more and more held messages in its store, beside servers with as many in their queues.
 * @param sizes ascending. @param row is given each row as soon as it is measured.
 */
export async function growth(
  sizes: readonly number[],
  beside: Beside,
  messages: number,
  row: (cells: readonly string[]) => void,
): Promise<void> {
  await using directory = await freshDirectory('growth')
  await using others = new AsyncDisposableStack()
  const inHaraka = beside.haraka > 0 ? others.use(await haraka()) : undefined
  const inPostfix = beside.postfix > 0 ? others.use(await postfix()) : undefined
  let held = 0
  for (const size of sizes) {
    process.stderr.write(`  ${whole(size)} ...\n`)
    const harakaRate = size <= beside.haraka && inHaraka && (await filledRate(inHaraka, size, messages))
    const postfixRate = size <= beside.postfix && inPostfix && (await filledRate(inPostfix, size, messages))
    const reader = await fill(directory.path, held, size)
    const { rate, kept, list, search, startedIn } = await measured(directory.path, reader, messages)
    held = kept
    const rateOf = (one: number | false | undefined) => (one ? `${whole(one)} msg/s` : '-')
    row([
      whole(size),
      ...[rate, harakaRate, postfixRate].map(rateOf),
      `${ms(list)} ms`,
      `${ms(search)} ms`,
      `${ms(startedIn)} ms`,
      `${ms(await timeOfCommand(['doctor', '--json'], directory.path, true))} ms`,
      `${ms(await timeOfCommand(['doctor', '--verify', '--json'], directory.path))} ms`,
    ])
  }
}

async function measured(dataDir: string, reader: Newcomer, messages: number) {
  await using running = await gateway({ dataDir })
  const before = await running.kept()
  // First, while no notices of what has just come in are being sent.
  const cookie = await firstSignIn(running.httpUrl, reader)
  const list = await percentile(300, pages(running, cookie, ''))
  const search = await percentile(60, pages(running, cookie, '&search=harbour'))
  const rate = await intakeRate(running, messages)
  const kept = await running.kept()
  if (kept < before + messages) throw new Error(`${kept - before} of ${messages} are on disk`)
  return { rate, kept, list, search, startedIn: running.startedIn }
}

async function intakeRate(server: Server, messages: number): Promise<number> {
  await send({ ...load, port: server.port, messages: 200 })
  return messages / (await send({ ...load, port: server.port, messages }))
}

/** Fills a server's queue up to `size` with small messages; then its rate with those of the others. */
async function filledRate(server: Server, size: number, messages: number): Promise<number> {
  const missing = size - (await server.kept())
  if (missing > 0) await send({ ...load, port: server.port, messages: missing, size: 1024 })
  const rate = await intakeRate(server, messages)
  const kept = await server.kept()
  if (kept < size + messages) throw new Error(`${kept} of ${size + messages} are on disk`)
  return rate
}

/** Asks for one page of a person's inbox after the other, from the beginning again after the last. */
function pages({ httpUrl }: Gateway, cookie: string, query: string): () => Promise<void> {
  let next = ''
  return async () => {
    const answer = await fetch(`${httpUrl}/api/messages?limit=50${query}${next}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`the list answers ${answer.status}`)
    const page = MessageList.parse(await answer.json())
    if (next === '' && page.items.length === 0) throw new Error('the list is empty')
    next = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`
  }
}

/** p95 of what something takes, ms, in a process that is warm: each row's has just begun. */
async function percentile(times: number, run: () => Promise<void>): Promise<number> {
  for (let round = 0; round < times / 3; round++) await run()
  const found: number[] = []
  for (let round = 0; round < times; round++) {
    const begun = performance.now()
    await run()
    found.push(performance.now() - begun)
  }
  return found.sort((a, b) => a - b)[Math.floor(times * 0.95)] ?? NaN
}
