import browser from 'webextension-polyfill'
import { defineBackground } from 'wxt/utils/define-background'
import { startBackground } from '../gateways/index.ts'

/** The one place where the background meets the real browser. */
export default defineBackground({
  type: 'module',
  main: () =>
    startBackground({
      browser,
      fetch: (url, init) => fetch(url, init),
      now: () => Date.now(),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      later: (ms, then) => void setTimeout(then, ms),
      // The manifest has them from webmail/sites.ts; a build for testing has loopback as well.
      defaultSites: browser.runtime.getManifest().host_permissions ?? [],
      contentScript: 'content-scripts/webmail.js',
    }),
})
