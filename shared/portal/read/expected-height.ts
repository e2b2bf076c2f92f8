/**
 * About how high a clean message is, px, in a place of this width. Its frame can't be measured (it has neither scripts
 * nor our origin), so this goes by its text and structure; what it misses, the frame scrolls.
 */
export function expectedHeight(html: string, width: number): number {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  const inner = Math.max(120, width - (width > 560 ? 48 : 32))
  return Math.round(Math.min(highest, Math.max(lowest, heightOf(body, inner, 0) + edges)))
}

const lowest = 120
/** A message longer than this is read by scrolling it: the line that says who sent it stays in sight above. */
const highest = 560
/** Of the frame's own document: see `frame-document.ts`. */
const edges = 48
const line = 22.5
/** Mean width of a letter at 15 px. */
const letter = 7.3
const deepest = 60

/** Space around an element beyond its lines, px. */
const around: Readonly<Record<string, number>> = {
  p: 15,
  ul: 15,
  ol: 15,
  table: 4,
  blockquote: 16,
  pre: 15,
  hr: 16,
  h1: 40,
  h2: 34,
  h3: 28,
  h4: 24,
  dl: 15,
}
const blocks =
  /^(?:address|article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)$/

function heightOf(element: Element, width: number, depth: number): number {
  if (depth > deepest) return 0
  let height = 0
  let letters = 0
  let inLine = 0
  const endLine = () => {
    height += Math.max(Math.ceil((letters * letter) / width) * line, inLine)
    letters = 0
    inLine = 0
  }
  const walk = (parent: Element) => {
    for (const child of Array.from(parent.childNodes)) {
      if (child instanceof Text) {
        const text = child.data.replace(/\s+/g, ' ')
        if (text !== ' ' || letters > 0) letters += text.length
      }
      if (!(child instanceof Element)) continue
      const name = child.localName
      if (name === 'br') {
        letters ||= 1
        endLine()
      } else if (name === 'img') inLine = Math.max(inLine, pictureHeight(child, width))
      else if (name === 'tr') {
        endLine()
        height += rowHeight(child, width, depth)
      } else if (child.matches('details.postern-earlier')) {
        endLine()
        height += 48
      } else if (blocks.test(name)) {
        endLine()
        height += heightOf(child, width, depth + 1) + (around[name] ?? 0)
      } else walk(child)
    }
  }
  walk(element)
  endLine()
  return height
}

function rowHeight(row: Element, width: number, depth: number): number {
  const cells = Array.from(row.children)
  return Math.max(
    0,
    ...cells.map((cell) => heightOf(cell, Math.max(60, width / cells.length), depth + 1) + 2),
  )
}

function pictureHeight(picture: Element, width: number): number {
  const [w, h] = ['width', 'height'].map((name) => Number.parseInt(picture.getAttribute(name) ?? '', 10))
  if (h !== undefined && h > 0) return w !== undefined && w > width ? (h * width) / w : h
  return 140
}
