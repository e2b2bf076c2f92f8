/** Elements that begin a new line. */
const blocks = new Set([
  'p',
  'div',
  'blockquote',
  'ul',
  'ol',
  'li',
  'table',
  'tr',
  'pre',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
])
const hidden = new Set(['style', 'script', 'head', 'title'])
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/**
 * The plain text beside what was written in the editor: lines, bullets, and `>` before what is quoted. One pass;
 * the quoted HTML is a stranger's, so there is no regular expression over the whole of it.
 */
export function plainText(html: string): string {
  const lines: string[] = []
  let line = ''
  let depth = 0
  let skipping: string | undefined
  const end = () => {
    lines.push('> '.repeat(Math.min(depth, 20)) + line.trim())
    line = ''
  }
  const endText = () => {
    if (line.trim() !== '') end()
  }

  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at)
    const text = html.slice(at, open < 0 ? undefined : open)
    if (skipping === undefined) line += decoded(text.replaceAll(/\s+/g, ' '))
    if (open < 0) break
    const close = html.indexOf('>', open)
    if (close < 0) break
    at = close + 1
    const [, slash = '', name = ''] =
      /^(\/?)([a-z0-9]+)/i.exec(html.slice(open + 1, Math.min(close, open + 20))) ?? []
    const tag = name.toLowerCase()
    if (skipping !== undefined) {
      if (slash !== '' && tag === skipping) skipping = undefined
    } else if (hidden.has(tag) && slash === '') skipping = tag
    else if (tag === 'br') end()
    else if (blocks.has(tag)) {
      endText()
      if (tag === 'blockquote') depth = Math.max(0, depth + (slash === '' ? 1 : -1))
      if (tag === 'li' && slash === '') line = '- '
    }
  }
  endText()
  return lines.join('\n')
}

function decoded(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
