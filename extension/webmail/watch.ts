import { isElement, isText } from './scan.ts'

/** What has happened in a document since it was last asked. */
export interface Changes {
  /** Parts to look at, none inside another. */
  readonly parts: readonly Node[]
  /** So much at once that a look at the whole document is cheaper than keeping count. */
  readonly huge: boolean
  /** Something was taken away: what hangs on it may be gone. */
  readonly less: boolean
  /** The document has a new root: `document.open` took our listeners with the old one. */
  readonly replaced: boolean
}

export interface Watch {
  /** A document's root, and each open shadow root in it: all with one observer. */
  readonly observe: (root: Node) => void
  readonly take: () => Changes
  readonly stop: () => void
}

/** Parts beyond which a mutation is huge, as in Dark Reader. */
const most = 1000

const observed: MutationObserverInit = {
  childList: true,
  subtree: true,
  // Webmails recycle anchors. Observing every attribute has frozen pages (Bitwarden).
  attributes: true,
  attributeFilter: ['href'],
}

/**
 * One MutationObserver for a document. Its callback takes note and nothing else, for it runs in the middle of the
 * page's own work. @param changed is called once until `take`.
 */
export function createWatch(changed: () => void): Watch {
  let parts = new Set<Node>()
  let huge = false
  let less = false
  let replaced = false
  let told = false

  const observer = new MutationObserver((records) => {
    for (const { type, target, addedNodes, removedNodes } of records) {
      if (type === 'attributes') parts.add(target)
      if (removedNodes.length > 0) less = true
      if (target.nodeType === 9 && addedNodes.length > 0) replaced = true
      if (!huge) for (const node of addedNodes) if (isElement(node) || isText(node)) parts.add(node)
      if (parts.size > most) {
        huge = true
        parts.clear()
      }
    }
    if (told || (parts.size === 0 && !huge && !less)) return
    told = true
    changed()
  })

  return {
    observe: (root) => observer.observe(root, observed),
    take() {
      const taken = { parts: outermost(parts), huge, less, replaced }
      parts = new Set()
      huge = less = replaced = told = false
      return taken
    },
    stop() {
      observer.disconnect()
      parts.clear()
    },
  }
}

/** Those still in the document, without those inside another of them. */
function outermost(parts: ReadonlySet<Node>): Node[] {
  const inside = (node: Node): boolean => {
    for (let above = node.parentNode; above; above = above.parentNode) if (parts.has(above)) return true
    return false
  }
  return Array.from(parts).filter((node) => node.isConnected && !inside(node))
}
