import { markDoor, markGrid, markKeyhole, markWeight } from '../../shared/ui/mark.ts'

/** Pictures of the badges: a different outline for each, so that nobody needs to see the colour. */
export type Picture = 'mark' | 'ended' | 'question' | 'octagon'

type Shape = readonly [path: string, line: boolean]

const shapes: Record<Picture, readonly Shape[]> = {
  mark: [
    [markDoor, true],
    [markKeyhole, false],
  ],
  // The door, with a bar across.
  ended: [
    [markDoor, true],
    ['M6 9h4', true],
  ],
  question: [
    ['M5.25 5.5a2.75 2.75 0 1 1 4.1 2.4C8.4 8.4 8 9 8 10', true],
    ['M8 11.6a1 1 0 1 1 0 2 1 1 0 0 1 0-2z', false],
  ],
  octagon: [
    ['M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z', true],
    ['M8 4.5v4', true],
    ['M8 10.2a1 1 0 1 1 0 2 1 1 0 0 1 0-2z', false],
  ],
}

const svg = 'http://www.w3.org/2000/svg'

/** Made of nodes: pages with Trusted Types (Gmail) refuse markup. */
export function picture(document: Document, name: Picture): SVGElement {
  const drawn = document.createElementNS(svg, 'svg')
  drawn.setAttribute('viewBox', `0 0 ${markGrid} ${markGrid}`)
  drawn.setAttribute('aria-hidden', 'true')
  drawn.setAttribute('focusable', 'false')
  for (const [d, line] of shapes[name]) {
    const path = document.createElementNS(svg, 'path')
    path.setAttribute('d', d)
    path.setAttribute('fill', line ? 'none' : 'currentColor')
    if (line) {
      path.setAttribute('stroke', 'currentColor')
      path.setAttribute('stroke-width', String(markWeight))
      path.setAttribute('stroke-linecap', 'round')
    }
    drawn.append(path)
  }
  return drawn
}
