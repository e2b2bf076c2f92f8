import type { Box as Area } from '../protocol.ts'

/** CSS px in a document's viewport. */
export type { Area }

export function areaOf(element: Element): Area {
  const { left, top, right, bottom } = element.getBoundingClientRect()
  return { left, top, right, bottom }
}

export const width = ({ left, right }: Area) => Math.max(0, right - left)
export const height = ({ top, bottom }: Area) => Math.max(0, bottom - top)
export const isEmpty = (area: Area) => width(area) < 1 || height(area) < 1

export function common(one: Area, other: Area): Area {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  }
}

/** The same area, as seen from a document whose `frame` shows this one. */
export function outside(area: Area, frame: Element): Area {
  const { left, top } = frame.getBoundingClientRect()
  const [x, y] = [left + frame.clientLeft, top + frame.clientTop]
  return { left: area.left + x, top: area.top + y, right: area.right + x, bottom: area.bottom + y }
}

/** What a document's window shows of itself. */
export function viewport(document: Document): Area {
  const { innerWidth: right = 0, innerHeight: bottom = 0 } = document.defaultView ?? {}
  return { left: 0, top: 0, right, bottom }
}

/** Points spread evenly over an area, a little inside of its edges. */
export function* points(area: Area, columns: number, rows: number): Generator<readonly [number, number]> {
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      yield [
        area.left + (width(area) * (column + 0.5)) / columns,
        area.top + (height(area) * (row + 0.5)) / rows,
      ]
}
