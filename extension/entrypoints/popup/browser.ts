import type { Browser } from 'webextension-polyfill'
import type { PopupBrowser } from './popup.ts'

/** The popup's wishes in the browser's terms. Nothing is awaited before a permission is asked for. */
export function popupBrowser(
  { tabs, permissions, runtime }: Pick<Browser, 'tabs' | 'permissions' | 'runtime'>,
  close: () => void,
): PopupBrowser {
  return {
    url: async () => (await tabs.query({ active: true, currentWindow: true }))[0]?.url,
    isAllowed: (pattern) => permissions.contains({ origins: [pattern] }),
    allowSite: (pattern) => permissions.request({ origins: [pattern] }),
    allowLooking: () => permissions.request({ permissions: ['activeTab'] }),
    disallow: (pattern) => permissions.remove({ origins: [pattern] }),
    openOptions: (hash) => tabs.create({ url: runtime.getURL('options.html') + hash }),
    close,
  }
}
