import { type ReadonlySignal, signal } from '@preact/signals'
import type { Offer, Site, TrustedGateway } from '../../protocol.ts'
import type { Ask } from '../../pages/index.ts'

/** What the options need of the browser. */
export interface OptionsBrowser {
  isAllowed(pattern: string): Promise<boolean>
  /** Asks the person; a click must be under way, and nothing awaited since. */
  allowSite(pattern: string): Promise<boolean>
  /** Gives a permission back. */
  disallow(pattern: string): Promise<unknown>
  /** False where policy keeps gateways from being added here. */
  mayPair(): Promise<boolean>
  readonly version: string
}

export interface Options {
  readonly status: ReadonlySignal<'loading' | 'ready' | 'failed'>
  readonly gateways: ReadonlySignal<readonly TrustedGateway[]>
  readonly sites: ReadonlySignal<readonly Site[]>
  readonly mayPair: ReadonlySignal<boolean>
  readonly version: string
  load(): Promise<void>
  /** Rejects with `AskError`. */
  lookUp(address: string): Promise<Offer>
  trust(offer: Offer): Promise<void>
  forget(gateway: string): Promise<void>
  /** Resolves to false where the browser did not give its permission. */
  switchSite(pattern: string, on: boolean): Promise<boolean>
}

export function createOptions(ask: Ask, browser: OptionsBrowser): Options {
  const status = signal<'loading' | 'ready' | 'failed'>('loading')
  const gateways = signal<readonly TrustedGateway[]>([])
  const sites = signal<readonly Site[]>([])
  const mayPair = signal(true)
  return {
    status,
    gateways,
    sites,
    mayPair,
    version: browser.version,
    load: async () => {
      try {
        const [trusted, known, allowed] = await Promise.all([
          ask({ ask: 'gateways' }),
          ask({ ask: 'sites' }),
          browser.mayPair(),
        ])
        gateways.value = trusted
        sites.value = known
        mayPair.value = allowed
        status.value = 'ready'
      } catch {
        status.value = 'failed'
      }
    },
    lookUp: (address) => ask({ ask: 'look-up-gateway', address: address.trim() }),
    trust: async ({ gateway, fingerprint }) => {
      gateways.value = await ask({ ask: 'trust-gateway', gateway, fingerprint })
    },
    forget: async (gateway) => {
      gateways.value = await ask({ ask: 'forget-gateway', gateway })
    },
    switchSite: async (pattern, on) => {
      // Asked before anything is awaited: the browser wants to see the click.
      if (on && !(await browser.allowSite(pattern))) return false
      const by = sites.value.find((site) => site.pattern === pattern)?.by
      // Policy wishes it, but only the person can give the browser's permission: that is all there is to do.
      sites.value =
        by === 'policy' ? await ask({ ask: 'sites' }) : await ask({ ask: 'switch-site', pattern, on })
      // What a person switched on and off again is not kept for later.
      if (!on && by === 'person') await browser.disallow(pattern)
      return true
    },
  }
}
