import type { Browser, Frame, Page } from 'puppeteer'
import type { Setup } from './inline-page/background.ts'
import { type InlinePage, serveInline } from './inline-page/serve.ts'
import { type StandIn, words } from './stand-in.ts'

/** Every screen of the extension's portal page, and how to get there. Used by the tests and by the pictures. */
export interface InlineScreen {
  readonly name: string
  readonly setup: Setup
  readonly prepare?: (standIn: StandIn) => void
  readonly go?: (frame: Frame, page: Page) => Promise<void>
  readonly ready: string
}

export const person = {
  id: `person-${words.address}`,
  address: words.address,
  name: 'Bob Ortiz',
  role: 'recipient',
  language: null,
} as const

export const signedIn = (standIn: StandIn) => {
  standIn.state.session = { state: 'signed-in', person }
}

const link = `/m/${words.link}`

export const press = async (frame: Frame, selector: string) => {
  const element = await frame.waitForSelector(selector)
  await element?.evaluate((one) => (one instanceof HTMLElement ? one.click() : undefined))
}

export const toPassword = async (frame: Frame) => {
  await press(frame, '.entry-form button[type=submit]')
  await frame.waitForSelector('.passwords')
}

export const logIn = async (frame: Frame, password: string) => {
  await toPassword(frame)
  await frame.waitForSelector('#password')
  await frame.type('#password', password)
  await press(frame, 'button[type=submit]')
}

const verdict = (reason: 'not-signed' | 'imitates' | 'mixed-scripts' | 'hidden-host' | 'shows-another') => ({
  verdict: {
    state: 'look-alike',
    reason,
    host:
      reason === 'not-signed'
        ? 'mail.postern.example'
        : 'mail.postern.example.secure-login.xn--pstern-d1a.test',
    of: 'mail.postern.example',
  } as const,
})

export const inlineScreens: readonly InlineScreen[] = [
  { name: 'link', setup: { path: link }, ready: '#address' },
  { name: 'password', setup: { path: link }, ready: '#password', go: toPassword },
  {
    name: 'password-failed',
    setup: { path: link },
    ready: '.error-summary',
    go: (frame) => logIn(frame, 'wrong'),
  },
  {
    name: 'personal',
    setup: { path: link, settings: { personal: null } },
    ready: '.personal-choice',
    go: toPassword,
  },
  {
    name: 'password-window',
    setup: { path: link, settings: { passwords: 'window' } },
    ready: '.passwords .button',
    go: toPassword,
  },
  {
    name: 'first-password',
    setup: { path: link },
    ready: '#new-password',
    go: async (frame) => {
      await logIn(frame, words.temporary)
      await frame.waitForSelector('#new-password')
      await frame.type('#new-password', 'harbour violin')
      await frame.waitForSelector('[data-requirement=common].requirements__met')
    },
  },
  {
    name: 'forgot',
    setup: { path: link },
    ready: '.entry-steps',
    go: async (frame) => {
      await toPassword(frame)
      await press(frame, '.entry-form__foot .text-button')
    },
  },
  {
    name: 'issues',
    setup: { path: link },
    ready: 'dialog .issues',
    go: async (frame) => {
      await frame.waitForSelector('#address')
      await press(frame, '.entry-page__foot .text-button')
    },
  },
  {
    name: 'link-expired',
    setup: { path: link },
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.link = 'expired'
    },
  },
  {
    name: 'other-person',
    setup: { path: link },
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.session = { state: 'signed-in', person: { ...person, address: 'carol@elsewhere.test', name: '' } }
    },
  },
  {
    name: 'offline',
    setup: { path: '/portal/inbox' },
    ready: '.empty-state',
    prepare: ({ state }) => {
      state.down = true
    },
  },
  {
    name: 'message',
    setup: { path: link },
    prepare: signedIn,
    ready: '.message-frame__frame:not(.message-frame__frame_waiting)',
  },
  {
    name: 'message-details',
    setup: { path: link },
    prepare: signedIn,
    ready: '.message-details',
    go: (frame) => press(frame, '.message-head__more'),
  },
  {
    name: 'attachment',
    setup: { path: link },
    prepare: (standIn) => {
      signedIn(standIn)
      const [first, ...others] = standIn.state.messages
      const text = Buffer.from('Section 4\n\nThe mill stays open.\n')
      const file = {
        name: 'notes.txt',
        type: 'text/plain',
        size: text.length,
        contentId: null,
        inline: false,
      }
      if (first)
        standIn.state.messages = [
          { ...first, attachments: [{ index: 0, ...file }], bytes: [text] },
          ...others,
        ]
    },
    ready: '.attachment-dialog__text',
    go: (frame) => press(frame, '.attachment-list__file button'),
  },
  {
    name: 'ended',
    setup: { path: '/portal/inbox' },
    prepare: signedIn,
    ready: '.entry-page .banner',
    go: async (frame) => {
      await frame.waitForSelector('.message-row')
      await frame.evaluate(() =>
        fetch('/api/sign-out', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        }),
      )
      await press(frame, '.message-row__link')
    },
  },
  { name: 'inbox', setup: { path: '/portal/inbox' }, prepare: signedIn, ready: '.message-row' },
  {
    name: 'account-menu',
    setup: { path: '/portal/inbox' },
    prepare: signedIn,
    ready: '.menu__list',
    go: (frame) => press(frame, '.top-bar .menu__button'),
  },
  {
    name: 'drafts-empty',
    setup: { path: '/portal/drafts' },
    prepare: signedIn,
    ready: '.message-list .empty-state',
  },
  {
    name: 'reply',
    setup: { path: link, purpose: 'reply' },
    prepare: signedIn,
    ready: '.editor__text',
  },
  {
    name: 'compose',
    setup: { path: '/portal/inbox' },
    prepare: signedIn,
    ready: '.editor__text',
    go: (frame) => press(frame, '.shell__compose button'),
  },
  { name: 'verdict-not-signed', setup: verdict('not-signed'), ready: '.verdict' },
  { name: 'verdict-imitates', setup: verdict('imitates'), ready: '.verdict' },
  { name: 'verdict-hidden-host', setup: verdict('hidden-host'), ready: '.verdict' },
  {
    name: 'verdict-unknown',
    setup: {
      verdict: { state: 'unknown', host: 'secure.other.example', gateway: 'https://secure.other.example' },
    },
    ready: '.verdict',
  },
  {
    name: 'verdict-code',
    setup: { verdict: { state: 'unknown', host: null, gateway: null } },
    ready: '.verdict',
  },
]

/** The extension's own window: the same, as a page. */
export const windowScreens: readonly InlineScreen[] = inlineScreens
  .filter(({ name }) => ['link', 'password', 'message', 'inbox', 'reply', 'verdict-imitates'].includes(name))
  .map((screen) => ({ ...screen, setup: { ...screen.setup, place: 'window' } }))

export interface InlineLook {
  readonly width: number
  readonly height?: number
  readonly dark?: boolean
  readonly touch?: boolean
  readonly language?: 'en' | 'de'
  /** Lays the frame out from right to left, as Arabic will. */
  readonly rightToLeft?: boolean
}

export interface OpenInline extends AsyncDisposable {
  readonly page: Page
  readonly frame: Frame
  readonly served: InlinePage
  readonly complaints: readonly string[]
}

/** Opens a screen in a mail (or as a window) and waits until it is drawn. */
export async function openInline(
  browser: Browser,
  screen: InlineScreen,
  look: InlineLook,
  hash = '',
): Promise<OpenInline> {
  const served = await serveInline({ many: 60 })
  screen.prepare?.(served.standIn)
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error instanceof Error ? error.message : 'unknown error'))
  page.on('console', (message) => {
    const expected = /the server responded with a status of 4|net::ERR_EMPTY_RESPONSE/.test(message.text())
    if (!expected && ['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  const touch = look.touch ?? false
  await page.setViewport({ width: look.width, height: look.height ?? 900, hasTouch: touch, isMobile: touch })
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: look.dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ])
  const setup: Setup = {
    ...screen.setup,
    settings: { language: look.language ?? 'en', ...screen.setup.settings },
  }
  const query = `?setup=${encodeURIComponent(JSON.stringify(setup))}`
  const own = setup.place === 'window' || setup.alone === true
  await page.goto(`${served.url}/${own ? 'frame' : 'mail'}.html${query}${hash}`)
  const frame = own ? page.mainFrame() : await page.waitForFrame((one) => one.url().includes('frame.html'))
  await screen.go?.(frame, page)
  await frame.waitForSelector(screen.ready)
  if (look.rightToLeft)
    await frame.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
  // Skeletons and spinners come after 150 ms, and a frame grows after its content.
  await new Promise((resolve) => setTimeout(resolve, 400))
  return {
    page,
    frame,
    served,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      await served[Symbol.asyncDispose]()
    },
  }
}
