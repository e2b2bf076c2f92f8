import type { Page } from 'puppeteer'
import type { WaitingMessage } from '../../extension/protocol.ts'
import type { Offer } from '../../extension/protocol.ts'
import { anna, clinic, type ExtensionState, plainState } from './extension-stand-in.ts'

/** A state of the popup or the options that a person can meet. Used by the tests and by the pictures. */
export interface ExtensionScreen {
  readonly name: string
  readonly page: 'popup' | 'options'
  readonly hash?: string
  readonly state?: Partial<ExtensionState>
  readonly go?: (page: Page) => Promise<void>
  /** Selector that is there once it is drawn. */
  readonly ready: string
}

const now = Date.now()
const hour = 3_600_000
const day = 24 * hour

const message = (id: number, more: Partial<WaitingMessage>): WaitingMessage => ({
  gateway: anna.gateway,
  host: anna.host,
  id: `message-${id}`,
  from: 'Alice Example',
  subject: 'The contract',
  at: now - id * 5 * hour,
  unread: false,
  expires: null,
  ...more,
})

const some: readonly WaitingMessage[] = [
  message(0, {
    unread: true,
    subject: 'The contract, for your eyes only',
    expires: now + 21 * day,
    at: now - 6 * 60_000,
  }),
  message(1, {
    gateway: clinic.gateway,
    host: clinic.host,
    from: 'Dr. Maria Vogel',
    subject: 'Your results of 3 November, and when to come again',
    unread: true,
    expires: now + 2 * day,
  }),
  message(2, { from: 'محمد الأحمد', subject: 'مستندات المشروع', expires: now + 40 * day }),
  message(3, {
    from: 'accounts-receivable.department@a-rather-long-company-name.example',
    subject: 'Invoice 2026-1147 and everything that belongs to it, with a subject that does not end '.repeat(
      8,
    ),
  }),
  message(4, { subject: '', expires: now - day, at: now - 30 * day }),
  message(5, { from: 'Carol', subject: 'Re: Lease', at: now - 400 * day }),
]

const two = { gateways: [anna, clinic], waiting: { messages: some, missing: [] } }

export const popupScreens: readonly ExtensionScreen[] = [
  { name: 'messages', page: 'popup', state: two, ready: '.waiting-row' },
  {
    name: 'many messages',
    page: 'popup',
    state: {
      ...two,
      waiting: {
        messages: Array.from({ length: 500 }, (_, id) => message(id, { unread: id % 7 === 0 })),
        missing: [],
      },
    },
    ready: '.waiting-row',
  },
  {
    name: 'one gateway signed out, one silent',
    page: 'popup',
    state: {
      gateways: [
        anna,
        { ...clinic, signedInAs: null },
        { ...anna, gateway: 'https://x.example', host: 'x.example' },
      ],
      waiting: {
        messages: some,
        missing: [
          { gateway: clinic.gateway, why: 'signed-out' },
          { gateway: 'https://x.example', why: 'no-answer' },
        ],
      },
    },
    ready: '.missing-rows',
  },
  {
    name: 'signed out everywhere',
    page: 'popup',
    state: {
      gateways: [{ ...anna, signedInAs: null }],
      waiting: { messages: [], missing: [{ gateway: anna.gateway, why: 'signed-out' }] },
    },
    ready: '.empty-state',
  },
  {
    name: 'offline',
    page: 'popup',
    state: {
      gateways: [anna],
      waiting: { messages: [], missing: [{ gateway: anna.gateway, why: 'no-answer' }] },
    },
    ready: '.empty-state',
  },
  { name: 'empty', page: 'popup', state: { gateways: [anna] }, ready: '.empty-state' },
  { name: 'nothing trusted yet', page: 'popup', ready: '.empty-state' },
  { name: 'loading', page: 'popup', state: { ...two, trouble: 'slow' }, ready: '.skeleton' },
  { name: 'broken', page: 'popup', state: { ...two, trouble: 'broken' }, ready: '.empty-state' },
  {
    name: 'search',
    page: 'popup',
    state: two,
    go: (page) => page.locator('.popup__search input').fill('contract'),
    ready: '.popup__search .icon-button',
  },
  {
    name: 'search without a result',
    page: 'popup',
    state: two,
    go: (page) => page.locator('.popup__search input').fill('zebra'),
    ready: '.empty-state',
  },
  {
    name: 'on a site that is off',
    page: 'popup',
    state: { ...two, url: 'https://webmail.example.org/inbox', allowed: [] },
    ready: '.switch',
  },
  {
    name: 'on a site of policy',
    page: 'popup',
    state: {
      ...two,
      url: 'https://webmail.example.org/inbox',
      allowed: ['https://webmail.example.org/*'],
      sites: [{ pattern: 'https://webmail.example.org/*', by: 'policy', on: true }],
    },
    ready: '.switch',
  },
  {
    name: 'on a page the browser keeps to itself',
    page: 'popup',
    state: { ...two, url: null },
    ready: '.site-row',
  },
  {
    name: 'asked to choose the icon again',
    page: 'popup',
    state: { ...two, url: null },
    go: (page) => page.locator('.site-row .button').click(),
    ready: '.site-row',
  },
  { name: 'on no website', page: 'popup', state: { ...two, url: 'about:addons' }, ready: '.site-row' },
  { name: 'gateways', page: 'popup', state: two, go: (page) => openGateways(page), ready: '.gateway-row' },
  {
    name: 'no gateways',
    page: 'popup',
    go: (page) => openGateways(page),
    ready: '.popup__actions',
  },
  {
    name: 'sign out everywhere?',
    page: 'popup',
    state: two,
    go: async (page) => {
      await openGateways(page)
      await page.locator('.popup__actions .button_quiet').click()
    },
    ready: 'dialog[open]',
  },
  { name: 'as a page', page: 'popup', state: { ...two, inTab: true }, ready: '.waiting-row' },
]

async function openGateways(page: Page): Promise<void> {
  await page.locator('.popup__head .icon-button').click()
}

const offer: Offer = {
  gateway: 'https://mail.lawyer.example',
  host: 'mail.lawyer.example',
  name: 'Chambers of Ada & Byron',
  fingerprint: 'c1d0 5f77 0e3a 92bb 4486 7d1f a05c 38e2 6b90 f41d 27ac 83e5 1b6f d094 7e28 a3c5',
  trusted: false,
}

const offers = {
  'mail.lawyer.example': offer,
  'secure.clinic.example': { ...clinic, fingerprint: offer.fingerprint, trusted: false },
  'mail.postern.example': { ...anna, trusted: true },
}

const lookUp = (address: string) => async (page: Page) => {
  await page.locator('#gateway-address').fill(address)
  await page.locator('#add button[type=submit]').click()
}

const lived: Partial<ExtensionState> = {
  ...two,
  offers,
  sites: [
    ...plainState.sites,
    { pattern: 'https://webmail.example.org/*', by: 'person', on: true },
    { pattern: 'https://mail.intranet.example/*', by: 'policy', on: true },
  ],
  settings: { ...plainState.settings, personal: { picture: 'boat', phrase: 'harbour lantern' } },
}

export const optionsScreens: readonly ExtensionScreen[] = [
  { name: 'first time', page: 'options', ready: '#appearance' },
  { name: 'in use', page: 'options', state: lived, ready: '#appearance' },
  {
    name: 'come from a link not verified',
    page: 'options',
    hash: '#pair=https%3A%2F%2Fmail.lawyer.example',
    state: lived,
    ready: '#appearance',
  },
  { name: 'found', page: 'options', state: lived, go: lookUp('mail.lawyer.example'), ready: '.offer-card' },
  {
    name: 'found with another fingerprint',
    page: 'options',
    state: lived,
    go: lookUp('secure.clinic.example'),
    ready: '.offer-card_changed',
  },
  {
    name: 'trusted already',
    page: 'options',
    state: lived,
    go: lookUp('mail.postern.example'),
    ready: '.offer-card',
  },
  {
    name: 'no gateway there',
    page: 'options',
    state: lived,
    go: lookUp('nothing.example'),
    ready: '.error-summary',
  },
  { name: 'no address', page: 'options', state: lived, go: lookUp(''), ready: '#add .field_wrong' },
  {
    name: 'forget?',
    page: 'options',
    state: lived,
    go: (page) => page.locator('.gateway-card > .button').click(),
    ready: 'dialog[open]',
  },
  {
    name: 'site refused',
    page: 'options',
    state: { ...lived, consents: false },
    go: async (page) => {
      await page.locator('#site-address').fill('https://webmail.company.example/inbox?x=1')
      await page.locator('#sites button[type=submit]').click()
    },
    ready: '#sites .banner',
  },
  {
    name: 'all by policy',
    page: 'options',
    state: {
      gateways: [
        anna,
        {
          ...anna,
          gateway: 'https://x.example',
          host: 'x.example',
          name: 'x.example',
          signedInAs: null,
          trouble: 'refused',
        },
      ],
      sites: [
        { pattern: 'https://mail.intranet.example/*', by: 'policy', on: true },
        { pattern: 'http://roundcube.intranet.example/*', by: 'policy', on: false },
      ],
      managed: { allowPairing: false },
      settings: {
        language: 'en',
        appearance: 'light',
        passwords: 'window',
        unwrap: false,
        personal: null,
        locked: ['language', 'appearance', 'passwords', 'unwrap'],
      },
    },
    ready: '#appearance',
  },
  { name: 'broken', page: 'options', state: { trouble: 'broken' }, ready: '.empty-state' },
]
