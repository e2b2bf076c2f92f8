/**
 * Whether a path may be called: below /api/ of the gateway itself, written in the one plain way. Threat: a page
 * that has been got at must not reach another origin, or another part of the gateway, with the person's session.
 */
export function isApiPath(path: unknown, gateway: string): path is string {
  if (typeof path !== 'string' || path.length > 8192) return false
  // What a parser would rewrite (dots, backslashes, tabs, encoded dots and slashes) is not looked at twice.
  const plain = path.split('?', 1)[0] ?? ''
  if (!plain.startsWith('/api/') || !/^[\w\-.~!$&'()*+,;=:@%/]+$/.test(plain) || path.includes('#'))
    return false
  if (/%(2e|2f|5c)/i.test(plain) || plain.includes('//') || /\/\.{1,2}(\/|$)/.test(plain)) return false
  const url = URL.parse(path, gateway)
  return url !== null && url.origin === gateway && url.pathname === plain
}

const upload = /^\/api\/drafts\/([\w%.-]{1,300})\/files\?/

/** Draft, name and type of the path by which the portal adds a file; undefined where it is another one. */
export function readUploadPath(path: string): { draft: string; name: string; type: string } | undefined {
  const draft = upload.exec(path)?.[1]
  const name = URL.parse(path, 'https://path.invalid')?.searchParams
  if (draft === undefined || !name?.get('name')) return undefined
  return { draft, name: name.get('name') ?? '', type: name.get('type') ?? '' }
}
