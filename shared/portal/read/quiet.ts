/**
 * Renames in the text of a message what browsers act upon, or report to a policy, while they only parse: style, event
 * handlers, base, track and the like (Chromium fetches a `<track default>` even in a document of no page, and writes an
 * error for every style attribute). This makes parsing quiet; it makes nothing safe, and need not: what it misses is
 * removed afterwards all the same.
 */
export function quiet(html: string): string {
  return html.replace(tag, (text) =>
    text
      .replace(styleElement, (_all, slash: string) => (slash === '' ? `<script ${sheetMark}` : '</script'))
      .replace(voidElement, `<wbr ${voidMark}`)
      .replace(otherElement, '<$1x-$2')
      .replace(styleName, `$1${styleMark}`)
      .replace(handlerName, '$1x-on'),
  )
}

/** Where the text of a style attribute waits. */
export const styleMark = 'x-style'
/** On a script element that was a style element: raw text as well, and never run. */
export const sheetMark = 'x-sheet type=text/css'
const voidMark = 'x-void'

/** One tag at most: a further `<` ends it, so that the search takes no longer than the text is long. */
const tag = /<\/?[a-z][^<>]*>?/gi
const styleElement = /^<(\/?)style(?=[\s/>])/i
const voidElement = /^<(?:base|embed|frame|link|meta|source|track)(?=[\s/>])/i
const otherElement = /^<(\/?)(applet|audio|iframe|object|portal|template|video)(?=[\s/>])/i
const styleName = /([\s"'/])style(?=\s*=)/gi
const handlerName = /([\s"'/])on(?=[a-z]+\s*=)/gi
