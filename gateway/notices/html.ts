import { withoutMarks } from './clean.ts'
import type { Fact, Letter } from './letter.ts'

/**
 * The HTML part. Tables and inline styles, for Outlook draws with Word and Gmail may drop the head; nothing remote
 * is loaded; the mark is cells with borders, for SVG shows in neither and a picture makes a paperclip. The head
 * only adds what mail programs that keep it can use: dark colours and narrow screens.
 */

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const mono = "font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Courier New',monospace"
const light = {
  page: '#f2f5f5',
  card: '#ffffff',
  ink: '#1a2426',
  grey: '#566468',
  line: '#dbe2e3',
  accent: '#0f5e63',
  soft: '#eef4f4',
}
const head = `<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0}
h1,p,td{overflow-wrap:anywhere}
a{color:${light.accent}}
@media (prefers-color-scheme:dark){
.page{background:#12181a!important}.card{background:#1b2326!important;border-color:#303b3f!important}
.ink{color:#e6ecee!important}.grey{color:#a3b1b5!important}.line{border-color:#303b3f!important}
.accent{color:#7ccfce!important}.mark{border-color:#7ccfce!important}.light{background:#7ccfce!important}
.button{background:#1c7d80!important}.soft{background:#243033!important}
}
@media (max-width:480px){
.page-cell{padding:0!important}.pad{padding-left:20px!important;padding-right:20px!important}
.card{border-left:0!important;border-right:0!important;border-radius:0!important}
.label,.value{display:block!important;width:auto!important;padding:0!important;border:0!important}
.label{padding-top:12px!important}.fact{display:block!important;padding-bottom:12px!important}
.full{width:100%!important}.wide{display:block!important;text-align:center!important}
}
</style>`

const table = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'

/** A whole HTML document, well under 30 KB. Escapes everything that comes from the letter. */
export function letterHtml(letter: Letter): string {
  const { language, direction, action, bareLink, code } = letter
  const start = direction === 'rtl' ? 'right' : 'left'
  const paragraph = (text: string, colour: 'ink' | 'grey', size: number) =>
    `<p class="${colour}" style="margin:0 0 12px;word-break:break-word;${font};font-size:${size}px;line-height:1.5;color:${light[colour]}">${rich(text, letter.host)}</p>`
  const blocks = [
    ...letter.lead.map((text) => paragraph(text, 'ink', 15)),
    letter.facts.length > 0 ? factTable(letter.facts, letter.host, start) : '',
    action ? button(action.label, action.url) : '',
    ...letter.advice.map((text) => paragraph(text, 'grey', 14)),
    bareLink ? smallPrint(bareLink, code) : '',
  ]
  return `<!DOCTYPE html>
<html lang="${escape(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escape(withoutMarks(letter.subject))}</title>
${head}
</head>
<body class="page" dir="${direction}" style="margin:0;padding:0;background:${light.page}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escape(withoutMarks(letter.preview))}</div>
${table} class="page" width="100%" style="background:${light.page}"><tr><td class="page-cell" align="center" style="padding:24px 12px">
${table} width="560" style="width:100%;max-width:560px">
<tr><td class="card" style="background:${light.card};border:1px solid ${light.line};border-radius:8px">
${table} width="100%">
<tr><td class="pad line" style="padding:16px 32px;border-bottom:1px solid ${light.line}">${masthead(letter, start)}</td></tr>
<tr><td class="pad" align="${start}" style="padding:28px 32px 20px">
<h1 class="ink" style="margin:0 0 12px;word-break:break-word;${font};font-size:22px;line-height:1.3;font-weight:600;color:${light.ink}">${rich(letter.title)}</h1>
${blocks.filter((block) => block !== '').join('\n')}
</td></tr>
</table>
</td></tr>
<tr><td class="pad" align="${start}" style="padding:16px 32px 20px">
${letter.footer.map((text) => `<p class="grey" style="margin:0 0 4px;${font};font-size:12px;line-height:1.5;color:${light.grey}">${rich(text, letter.host)}</p>`).join('\n')}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

/** The link as text for those whose button is blocked, and its token alone, below everything people read. */
function smallPrint(link: NonNullable<Letter['bareLink']>, code: Letter['code']): string {
  const label = (text: string) =>
    `<p class="grey" style="margin:0 0 2px;${font};font-size:12px;line-height:1.5;color:${light.grey}">${rich(text)}</p>`
  const breaking = `${mono};font-size:11px;line-height:1.5;word-break:break-all`
  return `<div class="line" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid ${light.line}">
${label(link.label)}<p dir="ltr" style="margin:0 0 12px;${breaking}"><a class="accent" href="${escape(link.url)}" style="color:${light.accent};text-decoration:none">${escape(link.url)}</a></p>
${code === undefined ? '' : `${label(code.label)}<p class="grey" dir="ltr" style="margin:0 0 12px;${breaking};color:${light.grey}">${escape(code.token)}</p>`}
</div>`
}

function masthead({ organisation, kind }: Letter, start: 'left' | 'right'): string {
  const end = start === 'left' ? 'right' : 'left'
  return `${table} width="100%"><tr>
<td width="34" style="width:34px">${mark()}</td>
<td align="${start}" class="ink" style="${font};font-size:15px;line-height:1.4;font-weight:600;color:${light.ink}">${rich(organisation)}</td>
<td align="${end}" class="grey" style="${font};font-size:13px;line-height:1.4;color:${light.grey};padding-${start}:12px;white-space:nowrap">${escape(kind)}</td>
</tr></table>`
}

/** The mark: a door of borders on its sill, the keyhole of two small cells. Square where corners are not drawn. */
function mark(): string {
  const cell = (width: number, height: number, radius: string) =>
    `${table} align="center"><tr><td class="light" width="${width}" height="${height}" style="width:${width}px;height:${height}px;background:${light.accent};border-radius:${radius};font-size:0;line-height:0">&nbsp;</td></tr></table>`
  return `${table} aria-hidden="true"><tr><td style="padding:0 4px">${table}><tr><td class="mark" width="12" height="20" align="center" valign="middle" style="width:12px;height:20px;border:2px solid ${light.accent};border-bottom:0;border-radius:9px 9px 0 0;font-size:0;line-height:0">${cell(6, 6, '3px')}${cell(2, 5, '0')}</td></tr></table></td></tr><tr><td class="mark" height="0" style="border-top:2px solid ${light.accent};font-size:0;line-height:0">&nbsp;</td></tr></table>`
}

function button(label: string, url: string): string {
  return `${table} class="full" style="margin:20px 0"><tr><td class="button" bgcolor="${light.accent}" style="background:${light.accent};border-radius:8px"><a class="wide" href="${escape(url)}" style="display:inline-block;padding:13px 28px;${font};font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none">${escape(label)}</a></td></tr></table>`
}

function factTable(facts: readonly Fact[], host: string, start: 'left' | 'right'): string {
  const end = start === 'left' ? 'right' : 'left'
  const rows = facts.map(({ label, value, note, remark, secret }, index) => {
    const border = index === 0 ? '' : `border-top:1px solid ${light.line};`
    const shown = secret
      ? `<span class="soft ink" dir="ltr" style="display:inline-block;padding:6px 10px;border-radius:6px;background:${light.soft};${mono};font-size:17px;color:${light.ink}">${escape(value)}</span>`
      : rich(value, host)
    const below = [note, remark]
      .filter((text) => text !== undefined)
      .map((text) => `<br><span class="grey" style="font-size:13px;color:${light.grey}">${rich(text)}</span>`)
      .join('')
    return `<tr class="fact line" style="${border}"><td class="label grey line" align="${start}" valign="top" width="128" style="width:128px;padding:10px 0;padding-${end}:16px;${border}${font};font-size:13px;line-height:22px;color:${light.grey}">${escape(label)}</td><td class="value ink line" align="${start}" valign="top" style="padding:10px 0;${border}${font};font-size:15px;line-height:22px;color:${light.ink};word-break:break-word">${shown}${below}</td></tr>`
  })
  return `${table} width="100%" class="line" style="margin:8px 0 16px;border-top:1px solid ${light.line};border-bottom:1px solid ${light.line}">${rows.join('\n')}</table>`
}

/** Escaped; a name in whatever script keeps its direction to itself; the portal's host stands out. */
function rich(text: string, host?: string): string {
  const escaped = escape(text).replaceAll('\u2068', '<span dir="auto">').replaceAll('\u2069', '</span>')
  return host === undefined
    ? escaped
    : escaped.replaceAll(escape(host), (found) => `<strong style="font-weight:600">${found}</strong>`)
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
