/**
 * `npm run bench`: what the gateway reaches beside Haraka and Postfix, on this machine, in this run, as Markdown for
 * docs/benchmarks.md. `npm run bench -- relay growth` measures these parts alone; `--quick` takes less than three
 * minutes and tells less; `--profile` leaves profiles of each of the gateway's threads in .cache/profiles.
 */
import { missing } from '../peers/require.ts'
import { contentScriptBench } from './content-script.ts'
import { growth, growthHead } from './growth.ts'
import { loopDelay } from './loop-delay.ts'
import { memoryOfLargeMessage } from './message-memory.ts'
import { clearProfiles, describeProfiles } from './profile.ts'
import { casesOf, head, rowOf } from './rates.ts'
import { markdown, megabytes, ms } from './table.ts'

const parts = ['intake', 'relay', 'memory', 'loop', 'growth', 'script'] as const
type Part = (typeof parts)[number]

const words = process.argv.slice(2)
const quick = words.includes('--quick')
const asked = words.filter((word) => !word.startsWith('--'))
const unknown = words.filter((word) => !['--quick', '--profile', ...parts].includes(word))
if (unknown.length > 0)
  stop(`There is no ${unknown.join(', ')}. Parts: ${parts.join(', ')}; --quick, --profile.`)
const absent = missing('postfix', 'smtp-source', 'smtp-sink')
if (absent !== undefined || process.getuid?.() !== 0) {
  stop(`The bench needs root and Postfix with its tools. ${absent ?? ''}`)
}

function stop(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

const wanted = (part: Part) => asked.length === 0 || asked.includes(part)

type Rows = (readonly string[])[]

/** Measures rows and adds them; what fails is a row that says so. */
async function step(rows: Rows, what: string, measure: () => Promise<Rows>): Promise<void> {
  process.stderr.write(`${what} ...\n`)
  try {
    rows.push(...(await measure()))
  } catch (error) {
    process.exitCode = 1
    const why = error instanceof Error ? error.message : String(error)
    rows.push([what, `failed: ${why.replace(/\s+/g, ' ').slice(0, 200)}`])
  }
}

function print(title: string, rows: Rows): void {
  if (rows.length > 1) process.stdout.write(`\n### ${title}\n\n${markdown(rows)}`)
}

await clearProfiles()

for (const way of ['held', 'relayed'] as const) {
  if (!wanted(way === 'held' ? 'intake' : 'relay')) continue
  const rows: Rows = [head]
  for (const one of casesOf(way, quick)) {
    await step(rows, `${way}: ${one.what}`, async () => [await rowOf(way, one)])
  }
  print(way === 'held' ? 'Accepted and held' : 'Relayed: out at the other end (accepted)', rows)
}

const single: Rows = [['', 'Postern', 'to reach']]
if (wanted('memory')) {
  await step(single, 'memory for 50 MB', async () => {
    const { held, relayed } = await memoryOfLargeMessage()
    return [
      ['50 MB held, above idle', `${megabytes(held)} MB`, '100 MB'],
      ['50 MB in and out, above idle', `${megabytes(relayed)} MB`, '100 MB'],
    ]
  })
}
if (wanted('loop')) {
  await step(single, 'event-loop delay', async () => {
    const { delay, signedIn } = await loopDelay(quick ? 1000 : 5000)
    const found = `${ms(delay.p99)} ms, at most ${ms(delay.max)} ms (${signedIn} signed in)`
    return [['event-loop delay p99, 100 people sign in while mail arrives', found, '50 ms']]
  })
}
if (wanted('script')) await step(single, 'content script of the extension', () => contentScriptBench(quick))
print('One by one', single)

if (wanted('growth')) {
  const rows: Rows = [growthHead]
  await step(rows, 'growth', async () => {
    const add = (row: readonly string[]) => {
      rows.push(row)
      // The largest store takes minutes.
      process.stderr.write(`  ${row.join(' | ')}\n`)
    }
    if (quick) await growth([10_000], { haraka: 0, postfix: 0 }, 2000, add)
    else await growth([10_000, 100_000, 1_000_000], { haraka: 10_000, postfix: 100_000 }, 8000, add)
    return []
  })
  print('Growth', rows)
}

const profiles = await describeProfiles()
if (profiles !== '') process.stdout.write(`\n${profiles}`)
