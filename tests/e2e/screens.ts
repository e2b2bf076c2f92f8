import type { Page } from 'puppeteer'
import type { StandIn } from './stand-in.ts'
import { words } from './stand-in.ts'

/** Every screen a person can meet, and how to get there. Used by the tests and by the pictures. */
export interface Screen {
  readonly name: string
  /** Path the page is loaded at. */
  readonly path: string
  readonly prepare?: (standIn: StandIn) => void
  readonly go?: (page: Page, standIn: StandIn) => Promise<void>
  /** Started with no messages at all. */
  readonly empty?: boolean
  /** Present once the screen is drawn. */
  readonly ready: string
}

const person = {
  id: `person-${words.address}`,
  address: words.address,
  name: 'Bob Ortiz',
  role: 'recipient',
  language: null,
} as const

const signIn = (standIn: StandIn) => {
  standIn.state.session = { state: 'signed-in', person }
}

const press = async (page: Page, selector: string) => {
  const element = await page.waitForSelector(selector)
  await element?.click()
}

/** From the address to the password. */
export const toPassword = async (page: Page, address: string) => {
  await page.waitForSelector('#address')
  await page.$eval('#address', (input) => {
    if (input instanceof HTMLInputElement) input.value = ''
  })
  await page.type('#address', address)
  await press(page, 'button[type=submit]')
  await page.waitForSelector('#password')
}

const logIn = async (page: Page, password: string) => {
  await page.type('#password', password)
  await press(page, 'button[type=submit]')
}

const openIssues = async (page: Page) => {
  await press(page, '.entry-page__foot .text-button')
  await page.waitForSelector('dialog .issues')
}

export const screens: readonly Screen[] = [
  { name: 'home', path: '/', ready: '.try-it' },
  {
    name: 'home-tried',
    path: '/',
    ready: '.banner_good',
    go: (page) => press(page, '.try-it button[type=submit]'),
  },
  { name: 'outbox', path: '/outbox', ready: '.outbox-row' },
  { name: 'outbox-empty', path: '/outbox', empty: true, ready: '.outbox-page__list .empty-state' },
  {
    name: 'outbox-mail',
    path: '/outbox',
    ready: '.outbox-mail iframe',
    go: async (page) => {
      await press(page, '.outbox-row')
    },
  },
  {
    name: 'outbox-text',
    path: '/outbox',
    ready: '.outbox-mail__text',
    go: async (page) => {
      await page.waitForSelector('.outbox-row')
      await page.evaluate(() => document.querySelectorAll<HTMLElement>('.outbox-row')[1]?.click())
    },
  },
  { name: 'unsupported', path: '/unsupported.html', ready: 'main' },
  { name: 'sign-in', path: '/portal', ready: '#address' },
  {
    name: 'sign-in-error',
    path: '/portal',
    ready: '.error-summary',
    go: async (page) => {
      await page.waitForSelector('#address')
      await page.type('#address', 'bob at elsewhere')
      await press(page, 'button[type=submit]')
    },
  },
  {
    name: 'sign-in-password',
    path: '/portal',
    ready: '#password',
    go: (page) => toPassword(page, words.address),
  },
  {
    name: 'sign-in-internal',
    path: '/portal',
    ready: 'select',
    go: (page) => toPassword(page, 'alice@example.test'),
  },
  {
    name: 'sign-in-failed',
    path: '/portal',
    ready: '.error-summary',
    go: async (page) => {
      await toPassword(page, words.address)
      await logIn(page, 'wrong')
    },
  },
  {
    name: 'sign-in-wait',
    path: '/portal',
    ready: '.error-summary',
    go: async (page) => {
      await toPassword(page, words.address)
      await logIn(page, 'wait')
    },
  },
  {
    name: 'sign-in-ended',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.entry-page .banner',
    go: async (page, standIn) => {
      await page.waitForSelector('.message-row')
      standIn.state.session = { state: 'signed-out' }
      await press(page, '.message-row__link')
    },
  },
  {
    name: 'login-issues',
    path: '/portal',
    ready: 'dialog .issues',
    go: async (page) => {
      await page.waitForSelector('#address')
      await page.type('#address', words.address)
      await openIssues(page)
    },
  },
  {
    name: 'first-password',
    path: '/portal',
    ready: '#new-password',
    go: async (page) => {
      await toPassword(page, words.address)
      await logIn(page, `  ${words.temporary} `)
      await page.waitForSelector('#new-password')
      await page.type('#new-password', 'harbour violin')
      await page.waitForSelector('[data-requirement=common].requirements__met')
    },
  },
  {
    name: 'first-password-error',
    path: '/portal',
    ready: '.error-summary',
    go: async (page) => {
      await toPassword(page, words.address)
      await logIn(page, words.temporary)
      await page.waitForSelector('#new-password')
      await page.type('#new-password', 'harbour violin')
      await page.type('#confirm-password', 'harbour violins')
      await press(page, 'button[type=submit]')
    },
  },
  {
    name: 'forgot',
    path: '/portal',
    ready: '.entry-steps',
    go: async (page) => {
      await toPassword(page, words.address)
      await press(page, '.entry-form__foot .text-button')
    },
  },
  {
    name: 'forgot-sent',
    path: '/portal',
    ready: '.entry-form__question',
    go: async (page) => {
      await toPassword(page, words.address)
      await press(page, '.entry-form__foot .text-button')
      await page.waitForSelector('.entry-steps')
      await press(page, 'button[type=submit]')
    },
  },
  { name: 'reset', path: '/reset/abc', ready: '#new-password' },
  {
    name: 'reset-invalid',
    path: '/reset/abc',
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.resetValid = false
    },
  },
  {
    name: 'reset-done',
    path: '/reset/abc',
    ready: '.banner_good',
    go: async (page) => {
      await page.waitForSelector('#new-password')
      await page.type('#new-password', 'harbour violin')
      await page.type('#confirm-password', 'harbour violin')
      await press(page, 'button[type=submit]')
    },
  },
  { name: 'link', path: `/m/${words.link}`, ready: '#address' },
  {
    name: 'link-invalid',
    path: `/m/${words.link}`,
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.link = 'invalid'
    },
  },
  {
    name: 'link-expired',
    path: `/m/${words.link}`,
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.link = 'expired'
    },
  },
  {
    name: 'link-other-person',
    path: `/m/${words.link}`,
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.session = { state: 'signed-in', person: { ...person, address: 'carol@elsewhere.test', name: '' } }
    },
  },
  { name: 'unknown', path: '/portal/nowhere', ready: '.empty-state' },
  { name: 'inbox', path: '/portal/inbox', prepare: signIn, ready: '.message-row' },
  {
    name: 'inbox-empty',
    path: '/portal/inbox',
    prepare: signIn,
    empty: true,
    ready: '.message-list .empty-state',
  },
  {
    name: 'inbox-offline',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.message-list__trouble',
    go: async (page, standIn) => {
      await page.waitForSelector('.message-row')
      standIn.state.down = true
      await press(page, '.list-head .icon-button')
    },
  },
  {
    name: 'inbox-search',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.message-list .empty-state',
    go: async (page) => {
      await page.waitForSelector('.message-row')
      await page.type('.list-head__input', 'zebra')
    },
  },
  {
    name: 'inbox-sort',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.menu__list',
    go: async (page) => {
      await page.waitForSelector('.message-row')
      await press(page, '.list-head .menu button')
    },
  },
  {
    name: 'account-menu',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.menu__list',
    go: async (page) => {
      await page.waitForSelector('.message-row')
      await press(page, '.top-bar .menu__button')
    },
  },
  {
    name: 'keys',
    path: '/portal/inbox',
    prepare: signIn,
    ready: 'dialog .keys-help',
    go: async (page) => {
      await page.waitForSelector('.message-row')
      await page.keyboard.press('?')
    },
  },
  {
    name: 'message',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.message-row__link[aria-current]',
    go: async (page) => {
      await press(page, '.message-row__link')
    },
  },
  {
    name: 'message-lost',
    path: '/portal/inbox',
    prepare: signIn,
    ready: '.empty-state',
    go: async (page) => {
      await page.waitForSelector('.message-row')
      await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.message-row')]
          .find((row) => row.textContent.includes('Lost'))
          ?.querySelector('a')
          ?.click(),
      )
    },
  },
  { name: 'sent-empty', path: '/portal/sent', prepare: signIn, ready: '.message-list .empty-state' },
  { name: 'drafts-empty', path: '/portal/drafts', prepare: signIn, ready: '.message-list .empty-state' },
  {
    name: 'compose',
    path: '/portal/drafts',
    prepare: signIn,
    ready: '.message-row__link[aria-current]',
    go: async (page) => {
      await page.waitForSelector('.message-list .empty-state')
      await press(page, '.shell__compose button')
    },
  },
]
