/**
 * `npm run bench`: what the gateway reaches beside Haraka and Postfix, on this machine, in this run. `--quick` takes
 * a minute or two and tells less.
 */
import { contentScriptBench } from './content-script.ts'
import { listOfInbox } from './inbox.ts'
import { type Rates, rates } from './intake.ts'
import { loopDelay } from './loop-delay.ts'
import { memoryOfLargeMessage } from './message-memory.ts'
import { missing } from '../peers/require.ts'

const quick = process.argv.includes('--quick')
const absent = missing('postfix', 'smtp-source', 'smtp-sink')
if (absent !== undefined || process.getuid?.() !== 0) {
  process.stderr.write(`The bench needs root and Postfix with its tools. ${absent ?? ''}\n`)
  process.exit(1)
}

const rows: string[][] = [['', 'Postern', 'Haraka', 'Postfix', 'to Haraka', 'to Postfix', 'to reach']]
const whole = (value: number) => Math.round(value).toLocaleString('en')

function compared(what: string, unit: string, found: Rates, factor: number, target: string): void {
  const shown = (value: number) => `${whole(value * factor)} ${unit}`
  const ratio = (other: number) => `${(found.Postern / other).toFixed(2)}x`
  rows.push([
    what,
    shown(found.Postern),
    shown(found.Haraka),
    shown(found.Postfix),
    ratio(found.Haraka),
    ratio(found.Postfix),
    target,
  ])
}

function alone(what: string, value: string, target: string): void {
  rows.push([what, value, '', '', '', '', target])
}

async function step(what: string, measure: () => Promise<void>): Promise<void> {
  process.stderr.write(`${what} ...\n`)
  try {
    await measure()
  } catch (error) {
    process.exitCode = 1
    alone(what, `failed: ${error instanceof Error ? error.message.slice(0, 80) : String(error)}`, '')
  }
}

const small = { size: 10_240, connections: 50 }
await step('10 KB, 50 connections', async () => {
  const found = await rates({ ...small, messages: quick ? 2000 : 10_000, persistent: true })
  compared('10 KB, 50 connections', 'msg/s', found, 1, '2,000 msg/s; 1.4x Haraka; 1.5x Postfix')
})
await step('10 KB, a connection each, 50 at a time', async () => {
  const found = await rates({ ...small, messages: quick ? 1000 : 5000, persistent: false })
  compared('10 KB, a connection each', 'msg/s', found, 1, '1,000 msg/s')
})
await step('5 MB, 20 connections', async () => {
  const found = await rates({
    size: 5_000_000,
    connections: 20,
    messages: quick ? 40 : 300,
    persistent: true,
  })
  compared('5 MB, 20 connections', 'MB/s', found, 5, '190 MB/s')
})
await step('memory for 50 MB', async () => {
  const { held, relayed } = await memoryOfLargeMessage()
  alone('50 MB held, above idle', `${whole(held / 1e6)} MB`, '100 MB')
  alone('50 MB in and out, above idle', `${whole(relayed / 1e6)} MB`, '100 MB')
})
await step('event-loop delay', async () => {
  const { p99, signedIn } = await loopDelay(quick ? 1000 : 5000)
  alone('event-loop delay p99, 100 sign in', `${p99.toFixed(0)} ms (${signedIn} signed in)`, '50 ms')
})
await step('list of an inbox', async () => {
  const total = quick ? 50_000 : 1_000_000
  const p95 = await listOfInbox({ total, own: 5000 })
  alone(`inbox list p95, ${whole(total)} held`, `${p95.toFixed(1)} ms`, '10 ms')
})

await step('content script of the extension', async () => {
  for (const row of await contentScriptBench(quick)) alone(...row)
})

const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
for (const row of rows) {
  process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
}
