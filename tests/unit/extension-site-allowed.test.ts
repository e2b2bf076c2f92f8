import { expect, test } from 'vitest'
import { createSites } from '../../extension/gateways/sites.ts'
import { createTestBrowser } from '../fixtures/extension-browser.ts'

const site = 'https://webmail.example.org/*'

function sitesOf(browser = createTestBrowser()) {
  return {
    browser,
    sites: createSites({ browser: browser.browser, defaultSites: [], contentScript: 'webmail.js' }),
  }
}

test('a site that the browser allowed while its question covered and closed the popup is on', async () => {
  const { browser, sites } = sitesOf()
  browser.permissions.add(site)
  await sites.allowed({ origins: [site] })
  expect(await sites.list()).toEqual([{ pattern: site, by: 'person', on: true }])
  expect([...browser.scripts.values()].map(({ matches }) => matches)).toEqual([[site]])
})

test('allowing all sites in the browser’s settings switches none on: nobody wished for one', async () => {
  const { browser, sites } = sitesOf()
  for (const all of ['*://*/*', '<all_urls>']) browser.permissions.add(all)
  await sites.allowed({ origins: ['*://*/*', '<all_urls>'] })
  await sites.allowed({ permissions: ['activeTab'] })
  expect(await sites.list()).toEqual([])
})
