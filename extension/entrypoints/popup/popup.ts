import { type ReadonlySignal, signal } from '@preact/signals'
import type { TrustedGateway, Waiting } from '../../protocol.ts'
import type { Ask } from '../../pages/index.ts'
import { type Here, lookHere } from './here.ts'

/** What the popup needs of the browser. */
export interface PopupBrowser {
  /** Address of the page in front, where the browser shows it. */
  url(): Promise<string | undefined>
  isAllowed(pattern: string): Promise<boolean>
  /** Both ask the person; a click must be under way, and nothing awaited since. */
  allowSite(pattern: string): Promise<boolean>
  allowLooking(): Promise<boolean>
  /** Gives a permission back. */
  disallow(pattern: string): Promise<unknown>
  openOptions(hash: string): Promise<unknown>
  close(): void
}

/** What the row of the site says beside on and off. */
export type SiteNote = 'reload' | 'refused' | 'again' | 'by-address'

export interface Popup {
  readonly waiting: ReadonlySignal<Waiting | undefined>
  readonly status: ReadonlySignal<'loading' | 'ready' | 'failed'>
  readonly search: ReadonlySignal<string>
  readonly gateways: ReadonlySignal<readonly TrustedGateway[] | undefined>
  readonly here: ReadonlySignal<Here | undefined>
  readonly siteNote: ReadonlySignal<SiteNote | undefined>
  refresh(): Promise<void>
  setSearch(search: string): void
  openMessage(gateway: string, messageId?: string): Promise<void>
  openOptions(hash?: string): Promise<void>
  switchSite(on: boolean): Promise<void>
  lookAtSite(): Promise<void>
  signOutEverywhere(): Promise<void>
}

/** Typing is over when nothing came for this long, ms. */
const pause = 180

export function createPopup(ask: Ask, browser: PopupBrowser): Popup {
  const waiting = signal<Waiting | undefined>()
  const status = signal<'loading' | 'ready' | 'failed'>('loading')
  const search = signal('')
  const gateways = signal<readonly TrustedGateway[] | undefined>()
  const here = signal<Here | undefined>()
  const siteNote = signal<SiteNote | undefined>()
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const refresh = async () => {
    const mine = ++asked
    status.value = 'loading'
    try {
      const [trusted, found] = await Promise.all([
        ask({ ask: 'gateways' }),
        ask({ ask: 'waiting', search: search.value.trim() }),
      ])
      // A newer question is under way: its answer is the one to show.
      if (mine !== asked) return
      gateways.value = trusted
      waiting.value = found
      status.value = 'ready'
    } catch {
      if (mine === asked) status.value = 'failed'
    }
  }

  const look = async () => {
    const [url, sites] = await Promise.all([browser.url(), ask({ ask: 'sites' })])
    here.value = await lookHere(url, sites, (pattern) => browser.isAllowed(pattern))
  }

  // Without the site's row the popup is still of use: what failed is said by the list.
  const lookQuietly = () => look().catch(() => undefined)

  return {
    waiting,
    status,
    search,
    gateways,
    here,
    siteNote,
    refresh: async () => {
      await Promise.all([refresh(), lookQuietly()])
    },
    setSearch: (value) => {
      search.value = value
      clearTimeout(timer)
      timer = setTimeout(() => void refresh(), value === '' ? 0 : pause)
    },
    openMessage: async (gateway, messageId) => {
      await ask({ ask: 'open-portal', gateway, ...(messageId === undefined ? {} : { messageId }) })
      browser.close()
    },
    openOptions: async (hash = '') => {
      await browser.openOptions(hash)
      browser.close()
    },
    switchSite: async (on) => {
      const site = here.value
      if (site?.kind !== 'site') return
      // Asked before anything is awaited: the browser wants to see the click.
      const allowed = on ? await browser.allowSite(site.pattern) : true
      if (!allowed) {
        siteNote.value = 'refused'
        return
      }
      // Policy wishes it already; only the browser's permission was missing.
      if (site.by !== 'policy') await ask({ ask: 'switch-site', pattern: site.pattern, on })
      if (!on && site.by === 'person') await browser.disallow(site.pattern)
      await look()
      siteNote.value = on ? 'reload' : undefined
    },
    lookAtSite: async () => {
      siteNote.value = (await browser.allowLooking().catch(() => false)) ? 'again' : 'by-address'
    },
    signOutEverywhere: async () => {
      await ask({ ask: 'sign-out-everywhere' })
      await refresh()
    },
  }
}
