import type { CleanMessage } from './clean.ts'

export interface FrameLook {
  /** Language of the reader, for hyphens and voices where the message names none. */
  readonly language: string
  readonly theme: 'light' | 'dark'
}

/**
 * The document of a message's frame. No inline style and no script, so one policy fits it and the portal around it:
 * styles come as one `data:` style sheet, which also means that the portal's policy needs no 'unsafe-inline'.
 * @returns text for `srcdoc` of a frame sandboxed with `frameSandbox`.
 */
export function frameDocument(message: CleanMessage, look: FrameLook): string {
  // Messages with colours of their own were drawn for white paper; the others follow the reader's theme.
  const theme = message.colours ? 'light' : look.theme
  return page(look.language, theme, [baseCss, message.css, lastCss], message.bodyClass, message.html)
}

export interface PrintHead {
  readonly subject: string
  /** Names and values, one line each. */
  readonly lines: readonly (readonly [name: string, value: string])[]
}

/** The document a message is printed from: its header in words, then its body on white paper. */
export function printDocument(message: CleanMessage, head: PrintHead, language: string): string {
  const lines = head.lines.map(
    ([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`,
  )
  const header =
    `<header class="postern-print" dir="auto"><h1>${escape(head.subject)}</h1>` +
    `<table><tbody>${lines.join('')}</tbody></table></header>`
  const css = [baseCss, message.css, lastCss, printCss]
  return page(language, 'light', css, message.bodyClass, header + message.html, escape(head.subject))
}

function page(
  language: string,
  theme: 'light' | 'dark',
  css: readonly string[],
  bodyClass: string,
  body: string,
  title = '-',
): string {
  const sheet = encodeURIComponent(css.join('\n').toWellFormed())
  return (
    `<!doctype html><html lang="${escape(language)}" class="${theme}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${framePolicy}">` +
    '<meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off">' +
    `<meta name="color-scheme" content="${theme}"><title>${title}</title>` +
    `<link rel="stylesheet" href="data:text/css;charset=utf-8,${sheet}"></head>` +
    `<body dir="auto" class="${escape(bodyClass.slice(0, 1000))}">${body}</body></html>`
  )
}

/** Neither scripts nor the portal's origin. Links open in windows of their own, free of the sandbox. */
export const frameSandbox = 'allow-popups allow-popups-to-escape-sandbox'

export const framePolicy =
  "default-src 'none'; img-src data:; style-src data:; base-uri 'none'; form-action 'none'"

const escape = (text: string) => text.replace(/[&"'<>]/g, (char) => `&#${char.charCodeAt(0)};`)

const baseCss = `
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere;
 -webkit-text-size-adjust:100%;text-size-adjust:100%;background:#fff;color:#1c2326;scrollbar-width:thin}
html.dark{background:#171c1e;color:#e4e9ea}
body{margin:0;padding:16px 24px 32px}
a{color:#0b6768}
html.dark a{color:#6fd0cf}
blockquote{margin:8px 0;padding:0 0 0 12px;border-inline-start:3px solid #c9d1d3}
html.dark blockquote{border-color:#465053}
pre{white-space:pre-wrap}
p{margin:0 0 1em}
td,th{overflow-wrap:break-word}
`

/** After the message's own rules: what keeps a message readable on a phone, and our own additions. */
const lastCss = `
img{max-width:100%}
img:not([height]),img[width]{height:auto}
.postern-picture{display:inline-block;max-width:100%;box-sizing:border-box;margin:2px 0;padding:4px 8px;border:1px dashed #8a9497;border-radius:4px;color:#4c585c;background:#f4f6f6;font:13px/1.4 system-ui,sans-serif}
html.dark .postern-picture{color:#b5c0c3;background:#20272a}
.postern-leads-to{font-size:.87em;color:#8a4b00;background:#fdf1dc;border-radius:3px;padding:0 4px}
html.dark .postern-leads-to{color:#f4c983;background:#3a2d16}
details.postern-earlier{margin-top:16px}
details.postern-earlier>summary{cursor:pointer;display:inline-block;padding:4px 12px;border:1px solid #c9d1d3;border-radius:999px;font:13px/1.5 system-ui,sans-serif;list-style:none}
details.postern-earlier>summary::-webkit-details-marker{display:none}
details.postern-earlier[open]>summary{margin-bottom:8px}
html.dark details.postern-earlier>summary{border-color:#465053}
:focus-visible{outline:2px solid #0b6768;outline-offset:2px}
html.dark :focus-visible{outline-color:#6fd0cf}
@media (max-width:560px){body{padding:12px 16px 24px}}
@media (max-width:640px){table,td,th,div{max-width:100%}table{box-sizing:border-box}table[width],td[width]{width:auto}}
@media print{html,html.dark{background:#fff;color:#000}body{padding:0}a{color:inherit}}
`

const printCss = `
html{font-size:11pt}
.postern-print{margin:0 0 16pt;padding:0 0 8pt;border-bottom:1px solid #8a9497;color:#000;font:10pt/1.4 system-ui,"Noto Sans",sans-serif}
.postern-print h1{font-size:15pt;line-height:1.25;margin:0 0 8pt}
.postern-print th{text-align:start;vertical-align:top;font-weight:600;padding:0 12pt 0 0;white-space:nowrap}
.postern-print td{padding:0;white-space:pre-line}
details.postern-earlier>summary{display:none}
tr,img,blockquote{break-inside:avoid-page}
`
