import type { Browser } from 'webextension-polyfill'
import type { OptionsBrowser } from './options.ts'

/** The options' wishes in the browser's terms. Nothing is awaited before a permission is asked for. */
export function optionsBrowser({
  permissions,
  runtime,
  storage,
}: Pick<Browser, 'permissions' | 'runtime' | 'storage'>): OptionsBrowser {
  return {
    isAllowed: (pattern) => permissions.contains({ origins: [pattern] }),
    allowSite: (pattern) => permissions.request({ origins: [pattern] }),
    disallow: (pattern) => permissions.remove({ origins: [pattern] }),
    mayPair: async () => {
      // Firefox rejects where there is no policy at all.
      const policy: Record<string, unknown> = await storage.managed.get('allowPairing').catch(() => ({}))
      return policy['allowPairing'] === undefined || policy['allowPairing'] === true
    },
    version: runtime.getManifest().version,
  }
}
