import type { UserManifest } from 'wxt'
import { defaultSites, testSites } from './webmail/sites.ts'

/** Of the build for testing alone, so that Chromium gives it the id `testingId` wherever it lies. */
const testingKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyVSK+OPxuCIJbw/Uh1UevMG+SbRAVh1JxuD5T4evuWjfZgG9scT4LRNNngiTVoRCxW35+gxIH5aAn35mwI1lZnmCBrllwwufS2gg6CfPe2znZEnnKfd/b4JjLrzVsYRGNmgHlfAHpmnGN9des3QZj3qMep8Vy9G2E5MXqS/julu4s/76XDTj3mycfXXbXjbzzp0E5u4uVvHN683Qrs7wf8tXdVjJn/WkoY696dnovQijYBQlyhNjcP33oWjO6bvxBkSdZ4a79/Dffaz6bWPRWPFbj0H+DPXm2QXHgZBU+AvgzimA2QGMyYslQcQwEaVeyPFapbvmRhxOewdJXJJxlwIDAQAB'

/** What Chromium makes of `testingKey`: the first half of its SHA-256, in letters. */
export const testingId = 'eagfoihmifgidkhhjbjehgljffbbmckk'

/** Of the add-on for Firefox, where policies name it. */
export const firefoxId = 'extension@postern.example'

/** Toolbar and pages; `quiet` is the same door in grey. */
const icons = { 16: 'icon/16.png', 32: 'icon/32.png' }

/**
 * What the extension asks the browser for, and why (docs/extension-policy.md tells people):
 * - `storage`: the gateways you trust, your settings; the sign-ins of this browser session (in memory).
 * - `scripting`: to run on a webmail site that you switched on yourself.
 * - the listed webmail sites: to find links there.
 * Everything else is asked when it is needed, or never: a site you switch on; `activeTab`, for which browsers show
 * no warning, so that the popup sees which site you opened it over (Firefox shows it anyway).
 */
export function manifestFor(browser: string, mode: string): UserManifest {
  const testing = mode === 'testing'
  const sites = testing ? [...defaultSites, ...testSites] : defaultSites
  const firefox = browser === 'firefox'
  return {
    name: '__MSG_name__',
    description: '__MSG_description__',
    default_locale: 'en',
    icons: { ...icons, 48: 'icon/48.png', 128: 'icon/128.png' },
    permissions: ['storage', 'scripting'],
    host_permissions: [...sites],
    optional_permissions: ['activeTab'],
    optional_host_permissions: ['*://*/*'],
    action: { default_title: '__MSG_name__', default_icon: icons },
    content_security_policy: {
      extension_pages: [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' data:",
        "style-src-attr 'none'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
    },
    web_accessible_resources: [
      {
        resources: ['portal.html'],
        // A site that a person switches on later is not known here; the handshake is what admits (extension/gateways/tickets.ts).
        matches: ['*://*/*'],
        ...(!firefox && { use_dynamic_url: true }),
      },
    ],
    // The oldest versions that verify Ed25519 signatures: everything stands on that.
    ...(firefox
      ? {
          incognito: 'spanning',
          browser_specific_settings: {
            gecko: {
              id: firefoxId,
              strict_min_version: '129.0',
              data_collection_permissions: { required: ['none'] },
            },
            gecko_android: { strict_min_version: '129.0' },
          },
        }
      : {
          incognito: 'split',
          // Firefox takes policies without a schema.
          storage: { managed_schema: 'managed-schema.json' },
          minimum_chrome_version: '137',
          ...(testing && { key: testingKey }),
        }),
  }
}
