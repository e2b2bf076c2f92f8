import createPurifier from 'dompurify'
import { type PrepareWords, prepare } from './prepare.ts'
import { isDataPicture, readPictureSource } from './picture-sources.ts'
import { readLink } from './link.ts'

/** Pictures that may be shown, as `data:` URLs by their source: `cid:<id>` or the remote address. */
export type Pictures = ReadonlyMap<string, string>

export interface CleanMessage {
  /** Clean HTML of the body, as DOMPurify wrote it. Nothing may be changed in it any more. */
  readonly html: string
  readonly css: string
  readonly bodyClass: string
  /** True where the message sets colours of its own and so needs light paper. */
  readonly colours: boolean
  /** Addresses of pictures from elsewhere that are not shown, each once. */
  readonly remote: readonly string[]
  /** Content-IDs of pictures in the message that are not there yet, each once. */
  readonly parts: readonly string[]
}

/** Longer HTML would hold the reader's browser for seconds; the plain text is shown instead. */
export const maxHtmlLength = 5_000_000

const tags =
  'a abbr address area article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details ' +
  'dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main map mark nav ol ' +
  'p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt ' +
  'u ul var wbr'

const attributes =
  'abbr align alt axis bgcolor border cellpadding cellspacing char charoff cite class color colspan compact coords ' +
  'datetime dir face frame headers height href hspace id lang noshade nowrap open rel reversed rowspan rules scope shape ' +
  'size span src start summary target title type usemap valign value vspace width'

const allowedTags: ReadonlySet<string> = new Set(tags.split(' '))
const allowedAttributes: ReadonlySet<string> = new Set(attributes.split(' '))

const config = {
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: [...allowedAttributes],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  SAFE_FOR_XML: true,
  // Nothing of the frame is reached by script, so names can shadow nothing; messages style by id.
  SANITIZE_DOM: false,
  TRUSTED_TYPES_POLICY: null,
}

let purifier: ReturnType<typeof createPurifier> | undefined

/** A DOMPurify of our own, so that hooks of the editor's one and ours never meet. */
function getPurifier() {
  if (purifier !== undefined) return purifier
  const made = createPurifier(window)
  // What must be true of every message is settled here, while it is cleaned, whatever was rearranged before.
  made.addHook('uponSanitizeAttribute', (element, attribute) => {
    attribute.keepAttr = attributeAllowed(element.localName, attribute.attrName, attribute.attrValue)
    if (attribute.attrName === 'src' && attribute.keepAttr) attribute.forceKeepAttr = true
  })
  made.addHook('afterSanitizeAttributes', (element) => {
    if (!element.hasAttribute('href')) return
    element.setAttribute('target', '_blank')
    element.setAttribute('rel', 'noopener noreferrer')
  })
  purifier = made
  return made
}

function attributeAllowed(element: string, name: string, value: string): boolean {
  if (!allowedAttributes.has(name)) return false
  if (name === 'src') return element === 'img' && isDataPicture(value)
  if (name === 'href') return (element === 'a' || element === 'area') && readLink(value) !== undefined
  if (name === 'usemap') return value.startsWith('#')
  if (name === 'cite') return false
  return true
}

/** Thrown where HTML can't be shown safely. The message is shown as plain text then. */
export class NotShowable extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'NotShowable'
  }
}

/**
 * Cleans the HTML of a message for the frame.
 * @throws NotShowable where it is too long, or where what was cleaned does not stay the same when parsed again.
 */
export function cleanMessage(html: string, pictures: Pictures, words: PrepareWords): CleanMessage {
  if (html.length > maxHtmlLength) throw new NotShowable('HTML of more than 5 million characters')
  const remote = new Set<string>()
  const parts = new Set<string>()
  const prepared = prepare(
    html,
    (source) => {
      const read = readPictureSource(source)
      if (read === undefined) return undefined
      if (read.kind === 'data') return read.url
      const key = read.kind === 'part' ? `cid:${read.contentId}` : read.url
      const shown = pictures.get(key)
      if (shown !== undefined && isDataPicture(shown)) return shown
      if (read.kind === 'part') parts.add(read.contentId)
      else remote.add(read.url)
      return undefined
    },
    words,
  )
  const clean = getPurifier().sanitize(prepared.html, config)
  verify(clean)
  const { css, bodyClass, colours } = prepared
  return { html: clean, css, bodyClass, colours, remote: [...remote], parts: [...parts] }
}

/**
 * Parses the result once more, as the frame will, and looks at every element and attribute. Cleaned HTML that turns
 * into something else when parsed again (mutation XSS) is not shown. Changes nothing.
 */
function verify(clean: string): void {
  const doc = new DOMParser().parseFromString(`<!doctype html><body>${clean}`, 'text/html')
  if (doc.head.childElementCount > 0) throw new NotShowable('elements outside of the body')
  for (const element of Array.from(doc.body.querySelectorAll('*'))) {
    if (!allowedTags.has(element.localName) || element.namespaceURI !== 'http://www.w3.org/1999/xhtml')
      throw new NotShowable(`element ${element.localName}`)
    for (const { name, value } of Array.from(element.attributes))
      if (!attributeAllowed(element.localName, name, value)) throw new NotShowable(`attribute ${name}`)
  }
}
