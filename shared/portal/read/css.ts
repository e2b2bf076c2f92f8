import { allowedProperties, colourProperties } from './css-properties.ts'

/** Answers the `data:` URL to show for a picture of the message, or undefined where it is not to be shown. */
export type ResolvePicture = (source: string) => string | undefined

export interface CleanCss {
  /** Canonical CSS as the browser's own parser wrote it; never the sender's characters. */
  readonly text: string
  /** True where colours or backgrounds are set. */
  readonly colours: boolean
}

/** More rules than any real message has; beyond this the rest is left out. */
const maxRules = 4000
const maxText = 400_000

const onlyUrl = /^url\("((?:[^"\\]|\\.)*)"\)$/i
/** Functions that fetch, reach other values, or belong to old scripting tricks. */
const unwanted =
  /url\(|image-set|cross-fade|image\(|element\(|paint\(|src\(|var\(|env\(|attr\(|expression|binding|[\\<@]/i

/**
 * Rebuilds a declaration block from the allow-list. The sender's text goes through the browser's CSS parser, and only
 * parsed longhands whose names and values are known to be harmless are written again, so escapes, comments, broken
 * blocks and properties invented tomorrow have no way through.
 */
export function cleanDeclarations(from: CSSStyleDeclaration, resolve: ResolvePicture): CleanCss {
  const scratch = inertStyle()
  let colours = false
  for (const name of Array.from(from)) {
    if (!allowedProperties.has(name)) continue
    const value = cleanValue(name, from.getPropertyValue(name), resolve)
    if (value === undefined) continue
    scratch.setProperty(name, value, from.getPropertyPriority(name))
    if (colourProperties.has(name) && !neutral.test(value)) colours = true
  }
  return { text: scratch.cssText, colours }
}

const neutral =
  /^(initial|inherit|unset|none|transparent|currentcolor|canvas|canvastext|rgba\(0, 0, 0, 0\))$/i

/** Text of a `style` attribute, cleaned. */
export function cleanStyleAttribute(text: string, resolve: ResolvePicture): CleanCss {
  if (text.length > maxText) return { text: '', colours: false }
  const parsed = inertStyle()
  parsed.cssText = text
  return cleanDeclarations(parsed, resolve)
}

/** Text of a `style` element, cleaned. `@import`, `@font-face`, animations and the like are left out. */
export function cleanSheet(text: string, resolve: ResolvePicture): CleanCss {
  if (text.length > maxText) return { text: '', colours: false }
  // Never adopted by a document: nothing it names is fetched, and `@import` is refused by replaceSync itself.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text.replace(/<!--|-->/g, ' '))
  let left = maxRules
  let colours = false

  const write = (rules: CSSRuleList): string => {
    let out = ''
    for (const rule of Array.from(rules)) {
      if (left-- <= 0) break
      if (rule instanceof CSSStyleRule) {
        const clean = cleanDeclarations(rule.style, resolve)
        if (clean.text === '') continue
        colours ||= clean.colours
        out += `${rule.selectorText}{${clean.text}}\n`
      } else if (rule instanceof CSSMediaRule) {
        // A message for print or for a dark theme is a message too, but ours has one look: what it is on light paper.
        if (/prefers-color-scheme/i.test(rule.conditionText)) continue
        const inner = write(rule.cssRules)
        if (inner !== '') out += `@media ${rule.conditionText}{${inner}}\n`
      }
    }
    return out
  }
  return { text: write(sheet.cssRules), colours }
}

function cleanValue(name: string, value: string, resolve: ResolvePicture): string | undefined {
  if (value === '') return undefined
  if (name === 'background-image' || name === 'list-style-image') {
    const source = onlyUrl.exec(value)?.[1]
    if (source !== undefined) {
      const shown = resolve(unescapeCssString(source))
      return shown === undefined ? undefined : `url("${shown}")`
    }
  }
  return unwanted.test(value) ? undefined : value
}

/** CSSOM strings escape only quotes, backslashes and control characters (CSSOM section 2.1). */
const unescapeCssString = (text: string) =>
  text.replace(
    /\\(?:([0-9a-f]{1,6}) ?|(.))/gi,
    (_whole, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? (char ?? '') : String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff)),
  )

let inert: Document | undefined

/** A style declaration that belongs to no page: setting it loads nothing and is no inline style to a CSP. */
function inertStyle(): CSSStyleDeclaration {
  inert ??= document.implementation.createHTMLDocument('')
  return inert.createElement('span').style
}
