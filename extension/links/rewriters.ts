import { parse } from './address.ts'
import { bytesOf, textOf } from './base64.ts'
import { readV2, readV3 } from './proofpoint.ts'

/** How deep rewriters may stand in each other. */
const deepest = 3

/** Reads the address out of a rewritten one. Undefined, or a throw: it can't be read here. */
type Read = (url: URL) => string | undefined

/**
 * A parameter of the query, decoded once: `searchParams` has done it, and once more would change what it carries.
 * A parameter that stands there twice is nobody's: who knows which one the rewriter follows?
 */
const parameter =
  (...names: string[]): Read =>
  ({ searchParams }) => {
    const all = names.flatMap((name) => searchParams.getAll(name))
    return all.length === 1 ? all[0] : undefined
  }

const opaque: Read = () => undefined

/** Cisco: the last part of the path. */
const cisco: Read = ({ pathname }) => decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1))

/** Check Point writes `*2F` for `%2F` in the path, and a fragment after its signature. */
const checkPoint: Read = ({ pathname, search, hash }) => {
  const path = pathname.replace(/\*([0-9a-f]{2})/gi, '%$1')
  const [, target, fragment = ''] =
    /^\/v2\/(?:r\d+\/)?___(.+)___\.[\w+/=-]+(#.*)?$/.exec(path + search + hash) ?? []
  return target && target + fragment
}

const sophos: Read = (url) => {
  const text = parameter('u')(url)
  return text && textOf(bytesOf(text))
}

const v2: Read = (url) => {
  const text = parameter('u')(url)
  return text && readV2(text)
}

const yahoo: Read = ({ pathname }) => {
  const [, text] = /\/RU=([^/]+)\//.exec(pathname) ?? []
  return text && decodeURIComponent(text)
}

/**
 * Host, path, reading. Hosts are whole: threat: `safelinks.protection.outlook.com.evil.test` is no rewriter, and what
 * it says in its query is no destination. Formats and sources: shared/reference/webmail.md, section 2.
 */
const rewriters: readonly (readonly [host: RegExp, path: RegExp, read: Read])[] = [
  [
    /^([a-z0-9-]+\.)*safelinks\.protection\.(outlook\.com|office365\.us|partner\.outlook\.cn)$/,
    /^/,
    parameter('url'),
  ],
  [/^statics(int)?\.teams\.cdn\.office\.net$/, /\/atp-safelinks\.html$/, parameter('url')],
  [/^(www\.)?google\.(com|[a-z]{2}|com?\.[a-z]{2})$/, /^\/url$/, parameter('q', 'url')],
  [/^urldefense\.(proofpoint\.com|com|us)$/, /^\/v1\/url$/, parameter('u')],
  [/^urldefense\.(proofpoint\.com|com|us)$/, /^\/v2\/url$/, v2],
  [/^urldefense\.(proofpoint\.com|com|us)$/, /^\/v3\//, readV3],
  [/^([a-z0-9-]+\.)*linkprotect\.cudasvc\.com$/, /^\/(url)?$/, parameter('a')],
  [/^secure-web\.cisco\.com$/, /^/, cisco],
  [/^[a-z0-9-]+\.protection\.sophos\.com$/, /^/, sophos],
  [/^[a-z0-9-]+[.-](ctp|urlprotect)\.trendmicro\.com$/, /^\/wis\/clicktime\/v1\/query$/, parameter('url')],
  [/^clicktime\.symantec\.com$/, /^/, parameter('u')],
  [/^protect\.checkpoint\.com$/, /^\/v2\//, checkPoint],
  [/^[a-z0-9-]+\.url-protection\.com$/, /^\/v1\/(r\d+\/)?url$/, parameter('o')],
  [/^protect2\.fireeye\.com$/, /^\/(v1\/)?url$/, parameter('u')],
  [/^urlsand\.esvalabs\.com$/, /^/, parameter('u')],
  [/^r\.search\.yahoo\.com$/, /^/, yahoo],
  // Not mail filters but webmails themselves: GMX, WEB.DE, mail.com, 1&1.
  [
    /^(deref-(1und1(-02)?\.de|gmx\.(co\.uk|com|fr|net)|mail(-02)?\.com|web(-02)?\.de)|3c(-[a-z]+)?\.(gmx\.(com|es|net)|web\.de|mail\.com))$/,
    /^\/mail\/client\/([\w-]+\/)?dereferrer\/?$/,
    parameter('redirectUrl'),
  ],
  [/^(protect-[a-z0-9]+\.mimecast|url\.[a-z0-9]+\.m\.mimecastprotect)\.com$/, /^/, opaque],
]

/** Undefined: nobody has rewritten it. Null: somebody has, and it can't be read here. */
function step(text: string): string | null | undefined {
  const url = parse(text)
  const rewriter = url && rewriters.find(([host, path]) => host.test(url.hostname) && path.test(url.pathname))
  if (!url || !rewriter) return undefined
  try {
    const once = rewriter[2](url) ?? ''
    // Some encode twice. Decoded again only where even the scheme still is: decoding what isn't encoded corrupts.
    const target = /^https?%3a%2f/i.test(once) ? decodeURIComponent(once) : once
    // One slash is lost, or the colon alone encoded, where a rewriter tidied the path it stands in.
    const whole = target.replace(/^(https?)(?::|%3a)\/+/i, '$1://')
    return parse(whole) ? whole : null
  } catch {
    // Not encoded as this rewriter encodes: whatever it is, it is not readable.
    return null
  }
}

/** Whether an address is a known rewriter's, readable here or not. */
export function isRewritten(url: string): boolean {
  return step(url) !== undefined
}

/**
 * The address that mail filters have rewritten, exactly as it was, out of at most three of them, without asking
 * anybody. Undefined where none is known to have rewritten it, or where it can't be read. Always http or https. Says
 * nothing about that address.
 */
export function unwrap(url: string): string | undefined {
  let inner: string | undefined
  for (let depth = 0; depth <= deepest; depth++) {
    const next = step(inner ?? url)
    if (next === undefined) return inner
    if (next === null) return undefined
    inner = next
  }
  return undefined
}
