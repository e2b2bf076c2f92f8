import { cleanSheet, cleanStyleAttribute, type ResolvePicture } from './css.ts'
import { styleMark } from './quiet.ts'

/** Gathers CSS; equal style attributes share a class, and win over style sheets as they did as attributes. */
export class StyleRules {
  private readonly resolve: ResolvePicture
  private readonly sheets: string[] = []
  private readonly classes = new Map<string, string>()
  colours = false

  constructor(resolve: ResolvePicture) {
    this.resolve = resolve
  }

  addSheet(text: string, media: string | null): void {
    const clean = cleanSheet(media === null || media === '' ? text : `@media ${media}{${text}}`, this.resolve)
    this.sheets.push(clean.text)
    this.colours ||= clean.colours
  }

  addBody(body: HTMLElement): void {
    const text = [presentation(body), takeStyle(body) ?? ''].join(';')
    const clean = cleanStyleAttribute(text, this.resolve)
    if (clean.text !== '') this.sheets.push(`body{${clean.text}}`)
    this.colours ||= clean.colours
  }

  moveAttribute(element: Element): void {
    const style = takeStyle(element)
    const background = element.getAttribute('background')
    if (element.hasAttribute('bgcolor') || (element.localName === 'font' && element.hasAttribute('color')))
      this.colours = true
    if (style === null && background === null) return
    element.removeAttribute('background')
    const behind = background === null ? '' : `background-image:url("${cssString(background)}");`
    const clean = cleanStyleAttribute(behind + (style ?? ''), this.resolve)
    if (clean.text === '') return
    this.colours ||= clean.colours
    let name = this.classes.get(clean.text)
    if (name === undefined) {
      name = `postern-${this.classes.size}`
      this.classes.set(clean.text, name)
    }
    element.setAttribute('class', `${element.getAttribute('class') ?? ''} ${name}`.trim())
  }

  text(): string {
    const attributes = Array.from(this.classes, ([css, name]) => `.${name}:not(#_#_#_#_){${css}}`)
    return [...this.sheets, ...attributes].join('\n')
  }
}

function takeStyle(element: Element): string | null {
  const text = element.getAttribute('style') ?? element.getAttribute(styleMark)
  element.removeAttribute('style')
  element.removeAttribute(styleMark)
  return text
}

const cssString = (text: string) =>
  text.replace(/["\\\n\r\f]/g, (char) => `\\${char.charCodeAt(0).toString(16)} `)

/** The old attributes of body, as CSS to be cleaned. */
function presentation(body: HTMLElement): string {
  const colour = (name: string) => body.getAttribute(name)?.replace(/[;{}]/g, '') ?? ''
  const out = []
  if (colour('bgcolor') !== '') out.push(`background-color:${colour('bgcolor')}`)
  if (colour('text') !== '') out.push(`color:${colour('text')}`)
  const picture = body.getAttribute('background')
  if (picture !== null) out.push(`background-image:url("${cssString(picture)}")`)
  return out.join(';')
}
