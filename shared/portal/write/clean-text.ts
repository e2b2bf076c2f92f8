import createPurifier from 'dompurify'
import { readLink } from '../read/link.ts'
import { quiet } from '../read/quiet.ts'

/**
 * What text of the editor may consist of. The editor is part of the portal's own page, so this is far less than a
 * message may show in its frame: no pictures (they would load), no classes, no colours, nothing with a style.
 */
const tags =
  'a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup table tbody td th thead tr u ul'

const config = {
  ALLOWED_TAGS: tags.split(' '),
  ALLOWED_ATTR: ['href', 'dir', 'colspan', 'rowspan', 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  TRUSTED_TYPES_POLICY: null,
}

let purifier: ReturnType<typeof createPurifier> | undefined

function getPurifier() {
  if (purifier !== undefined) return purifier
  const made = createPurifier(window)
  made.addHook('uponSanitizeAttribute', (_element, attribute) => {
    if (attribute.attrName === 'href') attribute.keepAttr = readLink(attribute.attrValue) !== undefined
  })
  purifier = made
  return made
}

/**
 * Cleans what is pasted, quoted or loaded into the editor.
 * @returns a fragment of this document, ready to be put in; it is never turned into text and parsed again.
 */
export function cleanText(html: string): DocumentFragment {
  const clean = getPurifier().sanitize(quiet(html), { ...config, RETURN_DOM_FRAGMENT: true })
  return document.importNode(clean, true)
}
