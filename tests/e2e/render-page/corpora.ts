import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Vector {
  readonly name: string
  readonly html: string
}

/** A host that must never hear of anybody; every name resolves to the test's own server. */
export const canary = 'http://canary.test'

const script = `alert(1),fetch(\`${canary}/fetch\`),top.document.title=1,top.location=\`${canary}/top\``

/** What H5SC's placeholders stand for; a longer name first, so that none eats another's beginning. */
function placeholder(name: string): string {
  if (name.endsWith('_path') || /_path_\d$/.test(name)) return `${canary}/${name}`
  if (name === 'js_base64_alert') return Buffer.from(`<script>${script}</script>`).toString('base64')
  if (name === 'html_alert_encoded') return encodeURIComponent(`<script>${script}</script>`)
  if (name.startsWith('js_uri_')) return `javascript:${script}`
  if (name.startsWith('js_utf7_')) return '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'
  if (name === 'js_alert_entities') return script.replace(/[()]/g, (char) => `&#${char.charCodeAt(0)};`)
  if (name === 'js_alert_html5ent') return script.replaceAll('(', '&lpar;').replaceAll(')', '&rpar;')
  return script
}

const folder = fileURLToPath(new URL('../../../../shared/corpora/html/', import.meta.url))
export const corporaFolder = existsSync(folder) ? folder : undefined

function read(file: string): { title?: string; name?: string; id?: number; payload: string }[] {
  // The corpora's own format, described in shared/corpora/SOURCES.md.
  return JSON.parse(readFileSync(folder + file, 'utf8')) as ReturnType<typeof read>
}

export function corporaVectors(): Vector[] {
  if (corporaFolder === undefined) return []
  const purify = read('dompurify-payloads.json').map(({ title = '', payload }) => ({
    name: `DOMPurify: ${title}`,
    html: payload,
  }))
  const html5 = read('html5-vectors.json').map(({ name = '', id = 0, payload }) => ({
    name: `H5SC ${id}: ${name}`,
    html: payload.replace(
      /%((?:js|html|css|event|htc|sct|svg|swf|vml|xdr|xxe)_\w+?)%/g,
      (_all, key: string) => placeholder(key),
    ),
  }))
  return [...purify, ...html5]
}
