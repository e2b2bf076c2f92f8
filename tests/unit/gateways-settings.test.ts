/** Settings, sites and windows, as a person finds them again. */
import { beforeEach, describe, expect, test } from 'vitest'
import { matches } from '../../extension/gateways/pattern.ts'
import { linkBy, newRoot } from '../fixtures/described-gateway.ts'
import { createTestBrowser } from '../fixtures/extension-browser.ts'
import { startTestExtension, type TestExtension } from '../fixtures/extension.ts'

let extension: TestExtension
beforeEach(() => {
  extension = startTestExtension()
})

describe('settings', () => {
  test('are what the person chose, also after the background slept', async () => {
    const personal = { picture: 'lighthouse', phrase: 'salt and rope' }
    await extension.own({ ask: 'change-settings', change: { appearance: 'dark', personal } })
    extension.restart()
    expect(await extension.own({ ask: 'settings' })).toMatchObject({
      appearance: 'dark',
      personal,
      passwords: 'inline',
      locked: [],
    })
  })

  test('policy stands above them, locks them, and is followed when it changes', async () => {
    await extension.own({ ask: 'change-settings', change: { language: 'en', passwords: 'inline' } })
    extension.setPolicy({ passwords: 'window', language: 'de', appearance: 'pink', unwrap: false })
    const settings = await extension.own({ ask: 'settings' })
    expect(settings).toMatchObject({
      passwords: 'window',
      language: 'de',
      appearance: 'system',
      unwrap: false,
    })
    expect(settings.locked).toEqual(['passwords', 'unwrap', 'language'])
    const changing = extension.own({ ask: 'change-settings', change: { passwords: 'inline' } })
    await expect(changing).rejects.toThrow('by-policy')
    expect(await extension.page({ ask: 'begin' })).toMatchObject({ words: { language: 'de' }, unwrap: false })
  })

  test('a slip in the policy never loosens it', async () => {
    extension.setPolicy({
      passwords: 'windows',
      unwrap: 'yes',
      allowPairing: 'no',
      gateways: [{ address: 'gw.example' }],
    })
    expect(await extension.own({ ask: 'settings' })).toMatchObject({ passwords: 'window', unwrap: false })
    expect(await extension.own({ ask: 'gateways' })).toEqual([])
  })

  test.each([
    { appearance: 'pink' },
    { locked: [] },
    { nothing: 1 },
    { personal: { picture: '../x', phrase: 'x' } },
    null,
  ])('%j is no setting', async (change) => {
    const changing = extension.own({ ask: 'change-settings', change: change as object })
    await expect(changing).rejects.toThrow('malformed')
  })
})

describe('sites', () => {
  const mine = 'https://webmail.example.org/*'

  test('one that a person switches on gets the content script, also after an update', async () => {
    await expect(extension.own({ ask: 'switch-site', pattern: mine, on: true })).rejects.toThrow(
      'permission-missing',
    )
    extension.permissions.add(mine)
    const sites = await extension.own({ ask: 'switch-site', pattern: mine, on: true })
    expect(sites).toContainEqual({ pattern: mine, by: 'person', on: true })
    expect(Array.from(extension.scripts.values())).toMatchObject([
      { matches: [mine], js: ['content-scripts/webmail.js'], allFrames: true, persistAcrossSessions: true },
    ])
    expect(await extension.page({ ask: 'begin' }, 'https://webmail.example.org/?x')).toMatchObject({
      on: true,
    })
    extension.scripts.clear()
    extension.restart()
    extension.tell('installed')
    await expect.poll(() => extension.scripts.size).toBe(1)
    extension.tell('startup')
    expect(extension.scripts.size).toBe(1)
  })

  test('the permission is taken back in the browser: the script goes', async () => {
    extension.permissions.add(mine)
    await extension.own({ ask: 'switch-site', pattern: mine, on: true })
    extension.permissions.delete(mine)
    extension.tell('permissions')
    await expect.poll(() => extension.scripts.size).toBe(0)
    expect(await extension.page({ ask: 'begin' }, 'https://webmail.example.org/')).toMatchObject({
      on: false,
    })
  })

  test('one of the default list can be switched off, in its frames as well, and on again', async () => {
    const pattern = 'https://mail.google.com/*'
    await extension.own({ ask: 'switch-site', pattern, on: false })
    expect(await extension.page({ ask: 'begin' })).toMatchObject({ on: false })
    expect(await extension.own({ ask: 'sites' })).toContainEqual({ pattern, by: 'default', on: false })
    await extension.own({ ask: 'switch-site', pattern, on: true })
    expect(await extension.page({ ask: 'begin' })).toMatchObject({ on: true })
    expect(extension.scripts.size).toBe(0)
  })

  test('policy adds one, which nobody can switch off', async () => {
    extension.setPolicy({ sites: [mine, '*://*/*', 'nonsense'] })
    extension.permissions.add(mine)
    expect(await extension.own({ ask: 'sites' })).toContainEqual({ pattern: mine, by: 'policy', on: true })
    await expect(extension.own({ ask: 'switch-site', pattern: mine, on: false })).rejects.toThrow('by-policy')
    await expect.poll(() => extension.scripts.size).toBe(1)
  })

  test.each([
    '*://*/*',
    '<all_urls>',
    'https://*/*',
    'file:///*',
    'https://a.example/mail',
    'https://*.com.*/*',
  ])('%j is wider than a site, or none', async (pattern) => {
    await expect(extension.own({ ask: 'switch-site', pattern, on: true })).rejects.toThrow('malformed')
  })

  test('a pattern holds exactly its hosts', () => {
    expect(matches('https://*.gmx.net/*', 'https://navigator.gmx.net/mail')).toBe(true)
    expect(matches('https://*.gmx.net/*', 'https://gmx.net/')).toBe(true)
    expect(matches('https://*.gmx.net/*', 'https://evilgmx.net/')).toBe(false)
    expect(matches('https://mail.google.com/*', 'http://mail.google.com/')).toBe(false)
    expect(matches('https://mail.google.com/*', 'https://mail.google.com.evil.example/')).toBe(false)
    expect(matches('http://127.0.0.1/*', 'http://127.0.0.1:8080/mail')).toBe(true)
  })
})

describe('windows', () => {
  test.each([true, false])(
    'an explanation opens in a window of its own; windows there: %j',
    async (windows) => {
      const browser = createTestBrowser({ windows })
      const here = startTestExtension({ browser })
      const unknown = { kind: 'link' as const, value: await linkBy('a1', await newRoot()) }
      expect(await here.page({ ask: 'judge', found: [unknown] })).toMatchObject([{ state: 'unknown' }])
      await here.page({ ask: 'open-window', found: unknown, purpose: 'read' })
      expect(here.tabs).toHaveLength(1)
      const [{ tab, url } = { tab: 0, url: '' }] = here.tabs
      const port = here.frame({ nonce: url.split('#')[1] ?? '' }, { tab, frame: 0 })
      const first = await port.next()
      expect(first).toMatchObject({ admitted: { show: 'verdict', place: 'window' } })
      port.post({ id: 1, call: 'json', method: 'GET', path: '/api/session' })
      expect(await port.next()).toMatchObject({ problem: { code: 'not-allowed' } })
      port.post({ id: 2, call: 'pair' })
      expect(await port.next()).toMatchObject({ id: 2, value: null })
      expect(here.tabs[1]?.url).toMatch(/options\.html#pair=https%3A%2F%2Fgw\.example$/)
      // Loaded again, it comes back in its tab; a second wish brings the same window to the front.
      const again = here.frame({ resume: String(first['resume']) }, { tab, frame: 0, document: 'D9' })
      expect(await again.next()).toMatchObject({ admitted: { place: 'window' } })
      await here.page({ ask: 'open-window', found: unknown, purpose: 'read' })
      expect(here.tabs).toHaveLength(2)
      expect(here.focused).toEqual([tab])
      here.closeTab(tab)
      await expect.poll(() => here.stored.session['windows']).toEqual({})
      await here.page({ ask: 'open-window', found: unknown, purpose: 'read' })
      expect(here.tabs).toHaveLength(3)
      expect(here.asked).toEqual([])
    },
  )

  test('a second click while the window opens is the same wish', async () => {
    const found = { kind: 'link' as const, value: await linkBy('a1', await newRoot()) }
    const open = () => extension.page({ ask: 'open-window', found, purpose: 'read' })
    await Promise.all([open(), open(), open()])
    expect(extension.tabs).toHaveLength(1)
  })
})
