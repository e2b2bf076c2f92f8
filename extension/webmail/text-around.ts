import { isText } from './scan.ts'

/**
 * The text of a block, in one piece: mail programs break long words with elements (`<wbr>`, marks of a search), so a
 * link need not stand in one text node.
 */
export interface TextAround {
  readonly text: string
  /** The text node, and the offset in it, at which an offset of `text` ends. */
  at(end: number): { text: Text; end: number } | undefined
}

const blocks = 'p,div,td,th,li,dd,dt,pre,blockquote,article,section,main,center,body,h1,h2,h3,h4,h5,h6'

/** Breaks no word. */
const inline = /^(a|abbr|b|bdi|bdo|code|em|font|i|kbd|mark|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)$/

/** A block may be a whole page; more than this is no mail. Characters. */
const longest = 200_000

export function textAround(start: Text): TextAround {
  const pieces: { node: Text; from: number }[] = []
  let text = ''
  const root = start.parentElement?.closest(blocks) ?? start.parentNode ?? start
  const nodes = start.ownerDocument.createNodeIterator(root, 0x1 | 0x4)
  for (let node = nodes.nextNode(); node && text.length < longest; node = nodes.nextNode()) {
    if (!isText(node)) {
      if (!inline.test((node as Element).localName)) text += '\n'
      continue
    }
    const parent = node.parentElement
    // Texts of anchors belong to those, texts of blocks inside to themselves.
    if (parent && (parent.closest('a[href]') || (parent.closest(blocks) ?? root) !== root)) {
      text += '\n'
      continue
    }
    pieces.push({ node, from: text.length })
    text += node.data
  }
  return {
    text,
    at(end) {
      const piece = pieces.findLast(({ from }) => from < end)
      return piece && { text: piece.node, end: Math.min(end - piece.from, piece.node.length) }
    },
  }
}
