/** With the dot that follows it in every token (shared/link). */
export const marker = 'postern1.'

/** What a scan comes across. Called while it walks, so these only take note. */
export interface Sights {
  /** An anchor that leads somewhere. */
  readonly anchor: (anchor: Element) => void
  /** A text that contains the marker. */
  readonly text: (text: Text) => void
  /** An open shadow root, which no walk and no observer enters by itself. */
  readonly shadow: (root: ShadowRoot) => void
  /** Something in which a person can write. */
  readonly editable: (element: Element) => void
}

/** Nodes between two looks at the clock. */
const stride = 8

/**
 * Walks a part of a document and yields every few nodes. A NodeIterator, for unlike a TreeWalker it goes on where it
 * was when the page takes away the very node it stands on.
 */
export function* scan(root: Node, sights: Sights): Generator<undefined, void> {
  const { ownerDocument: document } = root
  if (!document) return
  // SHOW_ELEMENT and SHOW_TEXT.
  const nodes = document.createNodeIterator(root, 0x1 | 0x4)
  let count = 0
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    look(node, sights)
    if (++count % stride === 0) yield
  }
}

function look(node: Node, sights: Sights): void {
  if (isText(node)) {
    if (node.length > marker.length && node.data.includes(marker)) sights.text(node)
    return
  }
  if (!isElement(node)) return
  const name = node.localName
  if (name === 'a' || name === 'area') sights.anchor(node)
  else if (name === 'textarea' || node.hasAttribute('contenteditable')) sights.editable(node)
  // Only those that a page made of custom elements has: asking every element costs more than it finds.
  else if (name.includes('-') && node.shadowRoot) sights.shadow(node.shadowRoot)
}

/** `instanceof` fails across documents. */
export const isElement = (node: Node): node is Element => node.nodeType === 1
export const isText = (node: Node): node is Text => node.nodeType === 3
