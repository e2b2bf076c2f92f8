import { describe, expect, test } from 'vitest'
import { lookHere } from '../../extension/entrypoints/popup/here.ts'
import { readPlace } from '../../extension/entrypoints/options/place.ts'
import { isOn, patternFromText } from '../../extension/pages/site-pattern.ts'
import type { Site } from '../../extension/protocol.ts'

describe('the address of a webmail as a person gives it', () => {
  test.each([
    ['webmail.example.org', 'https://webmail.example.org/*'],
    ['  https://webmail.example.org/?_task=mail&_mbox=INBOX ', 'https://webmail.example.org/*'],
    ['http://mail.intranet.example:8080/x', 'http://mail.intranet.example/*'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/*'],
    ['http://localhost:8080', 'http://localhost/*'],
    ['https://user:secret@webmail.example.org/', 'https://webmail.example.org/*'],
  ])('%s is %s', (text, pattern) => {
    expect(patternFromText(text)).toBe(pattern)
  })

  test.each([
    '',
    'webmail',
    'my webmail',
    'about:addons',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '*',
    '*://*/*',
    'https://*/',
  ])('%j is none', (text) => {
    expect(patternFromText(text)).toBeUndefined()
  })
})

describe('whether a page is on a site', () => {
  test.each([
    ['https://*.gmx.net/*', 'https://navigator.gmx.net/mail', true],
    ['https://*.gmx.net/*', 'https://gmx.net/', true],
    ['https://*.gmx.net/*', 'https://notgmx.net/', false],
    ['https://*.gmx.net/*', 'https://gmx.net.evil.example/', false],
    ['https://mail.google.com/*', 'http://mail.google.com/', false],
    ['*://mail.example/*', 'http://mail.example/', true],
    ['http://localhost/*', 'http://localhost:8080/mail', true],
  ])('%s, %s: %s', (pattern, url, on) => {
    expect(isOn(pattern, url)).toBe(on)
  })
})

describe('what the popup says of the page in front', () => {
  const sites: readonly Site[] = [
    { pattern: 'https://*.gmx.net/*', by: 'default', on: true },
    { pattern: 'https://mail.google.com/*', by: 'default', on: false },
  ]
  const allowed = async () => true

  test('nothing, where the browser keeps its address to itself', async () => {
    expect(await lookHere(undefined, sites, allowed)).toEqual({ kind: 'unseen' })
  })

  test('nothing to switch, where it is no website', async () => {
    expect(await lookHere('chrome://settings/', sites, allowed)).toEqual({ kind: 'elsewhere' })
  })

  test('off, where the person switched a known webmail off', async () => {
    expect(await lookHere('https://mail.google.com/mail/u/0/', sites, allowed)).toMatchObject({
      host: 'mail.google.com',
      on: false,
      by: 'default',
    })
  })

  test('off, where the browser took its permission back', async () => {
    expect(await lookHere('https://www.gmx.net/', sites, async () => false)).toMatchObject({
      pattern: 'https://*.gmx.net/*',
      on: false,
      allowed: false,
    })
  })

  test('the host alone, where the site is new', async () => {
    expect(await lookHere('https://webmail.example.org:8443/inbox', sites, async () => false)).toEqual({
      kind: 'site',
      pattern: 'https://webmail.example.org/*',
      host: 'webmail.example.org',
      on: false,
      allowed: false,
      by: null,
    })
  })
})

describe('where a link into the options leads', () => {
  test.each([
    ['#add', { section: 'add', address: '' }],
    ['#add=mail.example.org', { section: 'add', address: 'mail.example.org' }],
    ['#pair=https%3A%2F%2Fmail.example.org', { section: 'add', address: 'mail.example.org' }],
    ['#pair=http%3A%2F%2Flocalhost%3A8080', { section: 'add', address: 'http://localhost:8080' }],
    ['#add=%E0%A4%A', { section: 'add', address: '' }],
    ['#sites', { section: 'sites', address: '' }],
    ['', { section: '', address: '' }],
  ])('%s', (hash, place) => {
    expect(readPlace(hash)).toEqual(place)
  })
})
