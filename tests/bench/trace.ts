import type { CDPSession } from 'puppeteer'
import { z } from 'zod'

/** What the scripts of one extension did in a page, ms. */
export interface OwnTime {
  /** Longest entry but the first: callbacks of observers and idle time, listeners. */
  readonly longest: number
  /** The first: the browser reads the script and runs it once. */
  readonly first: number
  readonly total: number
  readonly calls: number
}

const Event = z.object({
  name: z.string(),
  ph: z.string(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z
    .object({ data: z.object({ url: z.string().optional() }).loose().optional() })
    .loose()
    .optional(),
})

/**
 * Traces a page while `run` goes on, and adds up every entry of the browser into scripts of the extension: callbacks
 * of observers and idle time, listeners, the first run. What a script makes the browser do meanwhile (styles, layout)
 * counts. Time of the thread, where the browser tells it, so that other programs of the machine don't count. Not
 * counted: what follows an awaited answer.
 */
export async function ownTime(
  session: CDPSession,
  origin: string,
  run: () => Promise<void>,
): Promise<OwnTime> {
  const events: unknown[] = []
  const collect = ({ value }: { value: unknown[] }) => void events.push(...value)
  session.on('Tracing.dataCollected', collect)
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'v8.execute'] },
  })
  await run()
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.end')
  await complete
  session.off('Tracing.dataCollected', collect)
  const own = events.flatMap((event) => {
    const { name, ph, dur = 0, tdur = dur, args } = Event.parse(event)
    const entered = ph === 'X' && (name === 'FunctionCall' || name === 'EvaluateScript')
    return entered && args?.data?.url?.startsWith(origin) ? [{ name, ms: tdur / 1000 }] : []
  })
  const longest = (which: string) =>
    Math.max(0, ...own.filter(({ name }) => name === which).map(({ ms }) => ms))
  return {
    longest: longest('FunctionCall'),
    first: longest('EvaluateScript'),
    total: own.reduce((sum, { ms }) => sum + ms, 0),
    calls: own.length,
  }
}
