import { mayBeMarked } from '../links/index.ts'
import type { Verdict } from '../protocol.ts'
import { choose } from './choose.ts'
import type { Drawing } from './draw.ts'
import { type Sighting, hrefOf, sightAnchor, sightText } from './sighting.ts'
import type { Slices } from './slices.ts'
import { createVerdicts } from './verdicts.ts'

/** The marked links of a document: what they are, and which of them have a badge. */
export interface Marks {
  readonly anchor: (anchor: Element) => void
  readonly text: (text: Text) => void
  /** Something was taken from the page: badges follow their links. */
  readonly tidy: () => void
  /** Judges everything again: trust may have changed meanwhile. */
  readonly renew: () => void
  /** Anything of ours has been seen in this document. */
  readonly any: boolean
}

export interface MarksOptions {
  readonly slices: Slices
  /** Resolves to whether rewritten links may be decoded; undefined: not to run here. Asked at the first find. */
  readonly begin: () => Promise<{ unwrap: boolean } | undefined>
  readonly judge: (found: readonly Sighting['found'][]) => Promise<readonly Verdict[] | undefined>
  readonly drawing: Drawing
  /** Calls back once it is known whether a sighting's element takes up room, without asking for a layout. */
  readonly whenRendered: (sighting: Sighting, callback: () => void) => void
}

/** Asked about at once. */
const most = 50

export function createMarks({ slices, begin, judge, drawing, whenRendered }: MarksOptions): Marks {
  const seen = new WeakMap<Node, { href: string | null; sightings: Sighting[] }>()
  const live = new Set<Sighting>()
  /** Will be told when they take up room. */
  const measured = new WeakSet<Sighting>()
  const verdicts = createVerdicts(judge)
  let fresh = new Set<Element | Text>()
  let unjudged: Sighting[] = []
  let busy = false
  let redrawing = false
  let any = false

  const note = (node: Element | Text): void => {
    any = true
    fresh.add(node)
    if (!busy) void work()
  }

  /** One round after the other, as long as there is something new. */
  const work = async (): Promise<void> => {
    busy = true
    try {
      while (fresh.size > 0 || unjudged.length > 0) {
        const began = await begin()
        if (!began) return
        await inSlices(slices, look(began.unwrap))
        const asked = unjudged.splice(0, most)
        // Without an answer they wait for `renew`.
        await verdicts.ask(asked)
        for (const one of asked) settle(one)
        redraw()
      }
    } finally {
      busy = false
    }
  }
  function* look(unwrap: boolean): Generator<undefined, void> {
    const nodes = fresh
    fresh = new Set()
    for (const node of nodes) {
      const sightings =
        node.nodeType === 1 ? [sightAnchor(node as Element, unwrap)] : sightText(node as Text, unwrap)
      const found = sightings.filter((one) => one !== undefined)
      if (node.nodeType === 1) seen.set(node, { href: hrefOf(node as Element), sightings: found })
      else for (const one of found) seen.set(one.at, { href: null, sightings: [one] })
      unjudged.push(...found)
      yield
    }
  }
  const settle = (one: Sighting): void => {
    live.add(one)
    const verdict = verdicts.of(one)
    if (verdict === undefined) return
    one.verdict = verdict
    if (verdict.state === 'none' || one.rendered || measured.has(one)) return
    measured.add(one)
    whenRendered(one, redraw)
  }
  /** Once, however often it is asked for before it is done. */
  const redraw = (): void => {
    if (redrawing) return
    redrawing = true
    slices.add(drawAgain())
  }
  function* drawAgain(): Generator<undefined, void> {
    redrawing = false
    const chosen = choose(inOrder(live))
    yield
    yield* drawing.draw(live, chosen)
  }
  const forget = (node: Node): void => {
    for (const one of seen.get(node)?.sightings ?? []) {
      live.delete(one)
      drawing.erase(one)
    }
    seen.delete(node)
  }

  return {
    get any() {
      return any
    },
    anchor(anchor) {
      const known = seen.get(anchor)
      const href = hrefOf(anchor)
      if (known?.href === href) return
      if (known) forget(anchor)
      if (mayBeMarked(href)) note(anchor)
    },
    text(text) {
      // A link's own text is judged with the link.
      const anchor = text.parentElement?.closest('a[href]')
      if (anchor ? !seen.has(anchor) : !seen.has(text)) note(anchor ?? text)
    },
    tidy() {
      let changed = false
      for (const one of live) {
        const gone = !one.at.isConnected
        if (gone) forget(one.at)
        changed ||= gone || drawing.isLost(one)
      }
      if (changed) redraw()
    },
    renew() {
      verdicts.clear()
      unjudged = [...live]
      if (unjudged.length > 0 && !busy) void work()
    },
  }
}

function inOrder(sightings: Iterable<Sighting>): Sighting[] {
  return Array.from(sightings).sort((one, other) =>
    one.at.compareDocumentPosition(other.at) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  )
}

function inSlices(slices: Slices, job: Generator<undefined, void>): Promise<void> {
  return new Promise((resolve) => {
    slices.add(
      (function* () {
        yield* job
        resolve()
      })(),
    )
  })
}
