import { pino } from 'pino'
import { placesIn, requireReady, requireStore } from '../../data-directory.ts'
import { Problem } from '../../problem.ts'
import { openInside } from '../../inside.ts'
import { inspectDatabase } from '../../store/index.ts'
import { type CommonOptions, type Terminal, configOf, show, time } from '../command.ts'
import { messageOf } from './check.ts'
import { type Found, verifyStore } from './verify/index.ts'

export interface StoredOptions extends CommonOptions {
  readonly quick?: boolean
  readonly repair?: boolean
  readonly many?: boolean
}

/** `postern doctor --data`: exit code 1 where something is wrong and was not repaired. */
export async function examineStored(options: StoredOptions, terminal: Terminal): Promise<void> {
  const config = await configOf(options)
  await requireStore(config.dataDir)
  await requireReady(config.dataDir)
  const progress = createProgress(terminal, options.json === true)
  const found: Found[] = []
  progress('the database file', 0)
  try {
    for (const detail of inspectDatabase(config.dataDir, options.quick === true)) {
      found.push({
        kind: 'database',
        detail: `The database: ${detail}.`,
        gone: null,
        repairable: false,
        done: null,
      })
    }
    await using stack = new AsyncDisposableStack()
    const inside = await openInside(stack, config, { log: pino({ level: 'silent' }), now: Date.now })
    const { quick = false, repair = false, many = false } = options
    found.push(...(await verifyStore(inside, { quick, repair, many, now: Date.now(), progress })))
  } catch (error) {
    if (error instanceof Problem && !error.code.startsWith('store-')) throw error
    const cause = error instanceof Problem ? error.cause : error
    found.push({
      kind: 'database',
      detail: `${placesIn(config.dataDir).database} can't be used: ${messageOf(cause)}. Stop the gateway and restore the newest backup.`,
      gone: null,
      repairable: false,
      done: null,
    })
  }
  progress.end()
  show(terminal, options, found, () => asText(found))
  if (found.some(({ done }) => done === null)) terminal.fail()
}

function asText(found: readonly Found[]): string {
  if (found.length === 0) return 'Everything that is stored is there and can be opened.'
  const lines = found.flatMap(({ detail, gone, done }) => [
    `${done === null ? 'PROBLEM ' : 'repaired'} ${detail}`,
    ...(gone
      ? [
          `         Gone: ${gone.part} of ${gone.what} ${gone.id}, account ${gone.account}, ${time(gone.at)}`,
          `         from ${gone.from || '(nobody)'} to ${gone.to.join(', ') || '(nobody)'}`,
        ]
      : []),
    ...(done === null ? [] : [`         ${done}`]),
  ])
  const left = found.filter(({ done }) => done === null)
  const repairable = left.filter((one) => one.repairable).length
  const end =
    left.length === 0
      ? `All ${found.length} repaired.`
      : repairable > 0
        ? `${left.length} found; postern doctor --data --repair can repair ${repairable}.`
        : `${left.length} found that can't be repaired here.`
  return [...lines, '', end].join('\n')
}

/** Tells a person who waits how far it is, once a second; programs are told nothing. */
function createProgress({ err }: Terminal, silent: boolean) {
  const counts = new Map<string, number>()
  let toldAt = performance.now()
  const tell = (what: string, count: number) => {
    counts.set(what, (counts.get(what) ?? 0) + count)
    const at = performance.now()
    if (silent || at - toldAt < 1000) return
    toldAt = at
    err(`\r${what}: ${counts.get(what) ?? 0} looked at`)
  }
  const end = () => {
    if (!silent && counts.size > 0) err('\n')
  }
  return Object.assign(tell, { end })
}
