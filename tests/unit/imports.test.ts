/** The walls of the house (docs/architecture.md): who may know whom, read from the imports. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What each part of the gateway may import of the others; itself and `problem.ts` always. */
const gateway: Record<string, readonly string[]> = {
  config: [],
  store: [],
  vault: [],
  audit: ['store'],
  backup: ['store', 'vault', 'audit'],
  keys: ['store', 'vault', 'audit'],
  people: ['store', 'vault'],
  policy: ['store', 'people'],
  notices: ['store', 'vault', 'keys', 'people'],
  delivery: ['store', 'vault', 'audit', 'people', 'notices'],
  signin: ['store', 'vault', 'audit', 'people', 'notices', 'delivery'],
  messages: ['store', 'vault', 'audit', 'people', 'policy', 'notices', 'delivery'],
  // The edges may use every part; nothing inside imports them.
  intake: [
    'config',
    'store',
    'vault',
    'audit',
    'people',
    'policy',
    'notices',
    'delivery',
    'signin',
    'messages',
  ],
  http: [
    'config',
    'store',
    'vault',
    'audit',
    'keys',
    'people',
    'policy',
    'notices',
    'delivery',
    'signin',
    'messages',
  ],
  // Pages run in a browser: they know the gateway through shared/contract alone.
  web: [],
}

const shared: Record<string, readonly string[]> = {
  contract: [],
  link: [],
  i18n: [],
  ui: ['i18n'],
  portal: ['contract', 'link', 'i18n', 'ui'],
}

/** Files at the top that every part may use. */
const forAll = new Set(['gateway/problem.ts', 'extension/protocol.ts', 'extension/base64.ts'])

/** The parts of the extension. */
const extension: Record<string, readonly string[]> = {
  links: [],
  webmail: ['links'],
  gateways: ['links'],
  pages: [],
  entrypoints: ['links', 'webmail', 'gateways', 'pages'],
}

/** What each part of the extension may import of shared/. The content script's budget has no room for more. */
const extensionShared: Record<string, readonly string[]> = {
  links: ['link'],
  webmail: ['ui/mark.ts'],
  gateways: ['link', 'contract', 'i18n'],
  pages: ['ui', 'i18n', 'portal', 'contract'],
  entrypoints: ['ui', 'i18n', 'portal', 'contract', 'link'],
}

interface Import {
  readonly from: string
  readonly to: string
}

const files = ['gateway', 'shared', 'extension'].flatMap((top) => sources(join(root, top)))
const imports = files.flatMap(importsOf)

function sources(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    // A top folder of the house that is not built yet has no walls to guard.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)
  return Array.from(found, ([, target = '']) => ({
    from: relative(root, file),
    to: relative(root, join(dirname(file), target)),
  }))
}

/** ['gateway', 'store', 'index.ts'] of a path. */
const steps = (path: string) => path.split('/')
const partOf = (path: string) => (steps(path).length > 2 ? steps(path)[1] : undefined)
const shown = (wrong: Import[]) => wrong.map(({ from, to }) => `${from} imports ${to}`)

describe('who may know whom', () => {
  test('there is something to check', () => {
    expect(imports.length).toBeGreaterThan(50)
  })

  test('shared knows neither side', () => {
    expect(
      shown(imports.filter(({ from, to }) => from.startsWith('shared/') && !to.startsWith('shared/'))),
    ).toEqual([])
  })

  test('gateway and extension never know each other', () => {
    const sides = ['gateway/', 'extension/']
    const crossing = ({ from, to }: Import) =>
      sides.some(
        (side) => from.startsWith(side) && sides.some((other) => other !== side && to.startsWith(other)),
      )
    expect(shown(imports.filter(crossing))).toEqual([])
  })

  test('every part has its rule', () => {
    const unknown = files
      .map((file) => relative(root, file))
      .filter((file) => {
        const part = partOf(file)
        if (part === undefined) return false
        if (file.startsWith('gateway/')) return !(part in gateway) && part !== 'commands'
        if (file.startsWith('extension/')) return !(part in extension)
        return file.startsWith('shared/') && !(part in shared)
      })
    expect(unknown).toEqual([])
  })

  test('a part imports only the parts below it', () => {
    const wrong = imports.filter(({ from, to }) => {
      for (const [top, rules] of [
        ['gateway', gateway],
        ['shared', shared],
        ['extension', extension],
      ] as const) {
        if (!from.startsWith(`${top}/`) || !to.startsWith(`${top}/`)) continue
        const [part, other] = [partOf(from), partOf(to)]
        if (part === undefined || part === other || part === 'commands') return false
        // Files at the top (the composition root, the command) are not for the parts.
        if (other === undefined) return !forAll.has(to)
        return !rules[part]?.includes(other)
      }
      return false
    })
    expect(shown(wrong)).toEqual([])
  })

  test('a part of the extension takes from shared only what it may', () => {
    const wrong = imports.filter(({ from, to }) => {
      const part = partOf(from)
      if (!from.startsWith('extension/') || !to.startsWith('shared/') || part === undefined) return false
      const [, ...target] = steps(to)
      return !extensionShared[part]?.some((one) => one === target[0] || one === target.join('/'))
    })
    expect(shown(wrong)).toEqual([])
  })

  test('a part is entered through its index alone', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [top, part] = steps(to)
      if (!part || partOf(to) === undefined || !['gateway', 'shared', 'extension'].includes(top ?? ''))
        return false
      // The manifest is made of the list of sites, and of nothing else of its part.
      if (to === 'extension/webmail/sites.ts') return false
      const inside = steps(from)[0] === top && partOf(from) === part
      return (
        !inside &&
        !/^(index\.tsx?|index\.css|[a-z-]+\.css|mark\.ts)$/.test(steps(to).slice(2).join('/')) &&
        !isSubPart(to)
      )
    })
    expect(shown(wrong)).toEqual([])
  })

  test('there are no circles', () => {
    const next = new Map<string, Set<string>>()
    for (const { from, to } of imports) next.set(from, (next.get(from) ?? new Set()).add(to))
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const target of next.get(file) ?? []) walk(target, [...path, file])
      done.add(file)
    }
    for (const file of next.keys()) walk(file, [])
    expect(circles).toEqual([])
  })
})

/** Folders inside a part that are parts of their own, such as shared/i18n/notices: entered through their index. */
function isSubPart(path: string): boolean {
  return /^(gateway|shared)\/[^/]+\/[^/]+\/index\.tsx?$/.test(path)
}
