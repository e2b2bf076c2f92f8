import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Where `--profile` leaves a .cpuprofile of each thread of each gateway. */
const directory = join(import.meta.dirname, '../../.cache/profiles')
const wanted = process.argv.includes('--profile')

/** Options of node, for a gateway that is to be profiled. */
export const profileFlags: readonly string[] = wanted
  ? ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--import', join(import.meta.dirname, 'profile-threads.ts')]
  : []

const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

/** Removes profiles of the last run. */
export async function clearProfiles(): Promise<void> {
  if (wanted) await rm(directory, { recursive: true, force: true })
}

/** For people: what each thread that was busy spent its time on, in percent of that time, by place in the code. */
export async function describeProfiles(): Promise<string> {
  if (!wanted) return ''
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.cpuprofile'))
  const parts = await Promise.all(names.sort().map((name) => described(name)))
  return `Profiles are in ${directory}.\n\n${parts.join('')}`
}

async function described(name: string): Promise<string> {
  const { nodes, samples, timeDeltas } = Profile.parse(
    JSON.parse(await readFile(join(directory, name), 'utf8')),
  )
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const spent = new Map<string, number>()
  let busy = 0
  samples.forEach((id, index) => {
    const frame = frames.get(id)
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(program)') return
    const time = timeDeltas[index] ?? 0
    const where = placeOf(frame.url)
    const what = `${frame.functionName || '(anonymous)'}${where === '' ? '' : ` ${where}`}`
    busy += time
    spent.set(what, (spent.get(what) ?? 0) + time)
  })
  if (busy < 500_000) return ''
  const most = [...spent].sort((a, b) => b[1] - a[1]).slice(0, 20)
  const lines = most.map(([what, time]) => `${((100 * time) / busy).toFixed(1).padStart(6)} %  ${what}`)
  return `${name}: busy ${(busy / 1e6).toFixed(1)} s\n${lines.join('\n')}\n\n`
}

/** The end of a path that says enough. */
function placeOf(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|gateway|shared)\//, '$1/')
}
