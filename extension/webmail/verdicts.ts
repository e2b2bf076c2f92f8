import type { Verdict } from '../protocol.ts'
import type { Sighting } from './sighting.ts'

/** What the background has said; each link is asked about once, however often the webmail draws it. */
export interface Verdicts {
  readonly of: (sighting: Sighting) => Verdict | undefined
  /** Asks about those that are not known. Where nobody answers they stay unknown. */
  readonly ask: (sightings: readonly Sighting[]) => Promise<void>
  readonly clear: () => void
}

/** A page may make up links without end. */
const most = 500

export function createVerdicts(
  judge: (found: readonly Sighting['found'][]) => Promise<readonly Verdict[] | undefined>,
): Verdicts {
  const known = new Map<string, Verdict>()
  return {
    of: (sighting) => known.get(keyOf(sighting)),
    async ask(sightings) {
      if (known.size > most) known.clear()
      const open = sightings.filter((one) => !known.has(keyOf(one)))
      const answers = open.length > 0 ? await judge(open.map(({ found }) => found)) : []
      open.forEach((one, index) => {
        const verdict = answers?.[index]
        if (verdict) known.set(keyOf(one), verdict)
      })
    },
    clear: () => known.clear(),
  }
}

const keyOf = ({ found: { kind, value, shows = '' } }: Sighting): string => `${kind} ${value} ${shows}`
