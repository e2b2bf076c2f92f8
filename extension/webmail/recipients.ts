import { replyAddressIn } from '../links/index.ts'
import { composeSelector } from './adapters.ts'
import { frameAround, parentOf } from './ground.ts'
import { isElement, isText } from './scan.ts'

/** Attributes in which webmails keep the address of a recipient they show as a chip. */
const attributes = [
  'email',
  'data-email',
  'data-hovercard-id',
  'data-address',
  'title',
  'aria-label',
  'value',
]

const withAddress = /* @__PURE__ */ attributes.map((name) => `[${name}*="r+" i]`).join()

/** Levels to climb from an editor to what may be its form, where nothing is known of it. */
const climb = 6

/**
 * The outermost thing a person writes in, and the form around it: in the document around, where the editor is a
 * document of its own (as rich text is in Roundcube and many others).
 */
export function composeOf(editable: Element): { editor: Element; form: Element } {
  let editor = editable
  for (let above = parentOf(editor); above; above = parentOf(above))
    if (above.hasAttribute('contenteditable')) editor = above
  const window = editor.ownerDocument.defaultView
  const whole = editor === editor.ownerDocument.body || editor === editor.ownerDocument.documentElement
  const frame = whole && window ? frameAround(window) : null
  if (frame) editor = frame
  const form = editor.parentElement?.closest(composeSelector)
  if (form) return { editor, form }
  let above = editor
  for (let level = 0; level < climb; level++) {
    const next = parentOf(above)
    if (!next || next.localName === 'body' || next.localName === 'html') break
    above = next
  }
  return { editor, form: above }
}

/** Reply addresses of notifications among the recipients in a form; what is written in the editor is no recipient. */
export function replyAddresses(form: Element, editor: Element): string[] {
  const found = new Set<string>()
  for (const text of recipientTexts(form, editor))
    for (const part of text.split(/[,;]/)) {
      const address = part.includes('+') ? replyAddressIn(part)?.address : undefined
      if (address !== undefined) found.add(address)
    }
  return Array.from(found)
}

/** Longer texts are no address and name. */
const longest = 400

function* recipientTexts(form: Element, editor: Element): Generator<string> {
  const outside = (node: Node): boolean => !editor.contains(node)
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input,textarea'))
    if (outside(field)) yield field.value
  for (const chip of form.querySelectorAll(withAddress))
    if (outside(chip)) for (const name of attributes) yield chip.getAttribute(name) ?? ''
  const nodes = form.ownerDocument.createNodeIterator(form, 0x4)
  for (let node = nodes.nextNode(); node; node = nodes.nextNode())
    if (isText(node) && node.length < longest && node.data.includes('+') && outside(node)) yield node.data
}

/** Something in which a mail's text may be written, rather than a search or an address. */
export function isEditor(node: EventTarget | null): node is Element {
  // Events come from windows and documents as well.
  const element = node as Node | null
  if (!element || !('nodeType' in element) || !isElement(element)) return false
  return (
    element.localName === 'textarea' ||
    element.closest('[contenteditable]:not([contenteditable="false" i])') !== null
  )
}

/**
 * Whether a person sees it and has room to write there. Webmails keep addresses in text areas as well: Roundcube's are
 * hidden, or out of sight and a line high, and an offer above one of those would not be seen.
 */
export function isRoomy(editor: Element): boolean {
  const { width, height } = editor.getBoundingClientRect()
  const least = editor.localName === 'textarea' ? 60 : 16
  return width >= 120 && height >= least && editor.checkVisibility({ visibilityProperty: true })
}

/**
 * What a form has the editor in: an offer stands before it. Nearer to the editor stand toolbars that webmails put over
 * it (Roundcube's covers the first line of what is put before its text area).
 */
export function blockIn(form: Element, editor: Element): Element {
  let block = editor
  while (block.parentElement && block.parentElement !== form) block = block.parentElement
  return block.parentElement === form ? block : editor
}
