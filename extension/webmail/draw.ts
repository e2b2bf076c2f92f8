import type { Found, PageWords } from '../protocol.ts'
import { type Badge, type Shown, createBadge } from './badge.ts'
import { bodySelector } from './adapters.ts'
import type { Judged } from '../links/index.ts'
import { mayStandAt } from './place.ts'
import type { Sighting } from './sighting.ts'
import { createWarning } from './warning.ts'

/** Puts badges into the page and takes them away. */
export interface Drawing {
  /** Brings the page to where `chosen` have badges, and the others of `live` none; a badge a step. */
  readonly draw: (
    live: Iterable<Sighting>,
    chosen: ReadonlyMap<Sighting, Judged>,
  ) => Generator<undefined, void>
  /** It had a badge, which is no longer in the page. */
  readonly isLost: (sighting: Sighting) => boolean
  readonly erase: (sighting: Sighting) => void
  /** All of them. */
  readonly clear: () => void
  /** Tries again where it had given in. */
  readonly forgive: () => void
}

export interface DrawingOptions {
  readonly words: () => PageWords | undefined
  /** A first badge stands there. */
  readonly first: () => void
  readonly pressed: (found: Found, badge: Badge) => void
  /** Monotonic, ms. */
  readonly now: () => number
}

interface Drawn {
  readonly badge: Badge
  readonly warning: HTMLElement | undefined
  /** What it says: a verdict may change. */
  readonly says: string
  since: number
}

/**
 * A webmail that takes a badge away within `fight` ms of its being put there does so on purpose, or draws the mail
 * anew at every change. After `patience` times of one link within `round` ms we give in, rather than fight the page's
 * own observer, until the person comes back to the tab.
 */
const fight = 2000
const round = 10_000
const patience = 5

export function createDrawing({ words, first, pressed, now }: DrawingOptions): Drawing {
  const drawn = new Map<Sighting, Drawn>()
  /** When badges were lost at once, by link: a webmail that draws anew makes new anchors each time. */
  const lost = new Map<string, number[]>()
  const givenIn = new Set<string>()

  const erase = (sighting: Sighting): void => {
    const known = drawn.get(sighting)
    if (!known) return
    drawn.delete(sighting)
    // Taken with its link, or the link from beside it.
    if (!sighting.at.isConnected) countLoss(sighting, known)
    known.badge.host.remove()
    known.warning?.remove()
  }
  const countLoss = ({ found }: Sighting, { since }: Drawn): void => {
    if (now() - since > fight) return
    if (lost.size > 200) lost.clear()
    const times = (lost.get(found.value) ?? []).filter((time) => now() - time < round)
    lost.set(found.value, [...times, now()])
    if (times.length + 1 >= patience) givenIn.add(found.value)
  }
  const put = (sighting: Sighting, found: Found, shown: Shown): void => {
    const language = words()
    if (!language || !mayStandAt(sighting.at)) return
    const { ownerDocument: document } = sighting.at
    const { ground } = sighting
    const badge = createBadge({
      document,
      shown,
      words: language,
      ground,
      pressed: () => pressed(found, badge),
    })
    const warning =
      shown.state === 'look-alike' ? createWarning(document, shown, language, ground) : undefined
    const entry = { badge, warning, says: JSON.stringify(shown), since: now() }
    if (drawn.size === 0) first()
    drawn.set(sighting, entry)
    stand(sighting, entry)
  }
  const update = (sighting: Sighting, { found, verdict }: Judged): void => {
    if (verdict.state === 'none' || !sighting.at.isConnected) return
    if (givenIn.has(sighting.found.value)) return
    const known = drawn.get(sighting)
    if (known && known.says !== JSON.stringify(verdict)) erase(sighting)
    else if (known?.badge.host.isConnected) return
    else if (known) {
      countLoss(sighting, known)
      if (givenIn.has(sighting.found.value)) return
      known.since = now()
      stand(sighting, known)
      return
    }
    put(sighting, found, verdict)
  }

  return {
    erase,
    isLost: (sighting) => drawn.get(sighting)?.badge.host.isConnected === false,
    forgive() {
      lost.clear()
      givenIn.clear()
    },
    clear: () => Array.from(drawn.keys()).forEach(erase),
    *draw(live, chosen) {
      for (const sighting of Array.from(drawn.keys())) if (!chosen.has(sighting)) erase(sighting)
      for (const sighting of live) {
        const as = chosen.get(sighting)
        if (!as) continue
        update(sighting, as)
        yield
      }
    },
  }
}

function stand({ at, end }: Sighting, { badge, warning }: Drawn): void {
  if (warning) at.before(warning)
  // A text is broken only in a mail, where no program of the page expects it whole.
  if (
    at.nodeType === 3 &&
    end !== null &&
    end < (at as Text).length &&
    at.parentElement?.closest(`pre,${bodySelector}`)
  )
    (at as Text).splitText(end)
  at.after(badge.host)
}
