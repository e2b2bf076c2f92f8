import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultSites } from '../../extension/webmail/sites.ts'
import { builtExtension } from '../peers/extension-build.ts'

interface Manifest {
  readonly permissions: string[]
  readonly host_permissions: string[]
  readonly optional_permissions: string[]
  readonly optional_host_permissions: string[]
  readonly content_scripts: { readonly matches: string[] }[]
  readonly icons: Record<string, string>
  readonly action: { readonly default_icon: Record<string, string> }
  readonly content_security_policy: { readonly extension_pages: string }
  readonly key?: string
  readonly externally_connectable?: unknown
  readonly options_ui: { readonly open_in_tab: boolean }
  readonly web_accessible_resources: { readonly resources: string[] }[]
  readonly browser_specific_settings?: { readonly gecko: { readonly id: string } }
}

/** Width and height of a PNG, from its header. */
function pngSize(file: string): [number, number] {
  const bytes = readFileSync(file)
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

describe.each(['chrome', 'firefox'] as const)('the package for %s', (browser) => {
  test('asks for nothing but what is promised', { timeout: 60_000 }, async () => {
    const built = await builtExtension(browser, 'production')
    const manifest = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')) as Manifest

    expect(manifest.permissions.toSorted()).toEqual(['scripting', 'storage'])
    expect(manifest.host_permissions).toEqual(defaultSites)
    // Asked later, by a click: a site; and, without a word of warning in any browser, the address of the page.
    expect(manifest.optional_permissions).toEqual(['activeTab'])
    expect(manifest.optional_host_permissions).toEqual(['*://*/*'])

    // Runs on the listed sites from the first day, and on no page of this machine.
    const matches = manifest.content_scripts.flatMap((script) => script.matches)
    expect(matches.toSorted()).toEqual(defaultSites.toSorted())

    // No page of the web may speak to it, and only the portal may stand in one.
    expect(manifest.externally_connectable).toBeUndefined()
    expect(manifest.web_accessible_resources.flatMap(({ resources }) => resources)).toEqual(['portal.html'])
    expect(manifest.content_security_policy.extension_pages).toContain("default-src 'none'")
    expect(manifest.content_security_policy.extension_pages).not.toMatch(/unsafe|wasm|\*(?!\s|;|$)(?!:)/)

    // The key of the build for testing would make a store refuse it.
    expect(manifest.key).toBeUndefined()
    expect(manifest.options_ui.open_in_tab).toBe(true)
    for (const [size, icon] of Object.entries({ ...manifest.icons, ...manifest.action.default_icon }))
      expect(pngSize(join(built, icon))).toEqual([Number(size), Number(size)])
    for (const language of ['en', 'de'])
      expect(existsSync(join(built, `_locales/${language}/messages.json`))).toBe(true)
  })
})
