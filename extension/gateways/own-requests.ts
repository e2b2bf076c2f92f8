import type { OwnAnswers, OwnRequest } from '../protocol.ts'
import type { Count } from './count.ts'
import { type Pairing, shownGateway } from './pairing.ts'
import { isRecord, isText } from './records.ts'
import { Refusal } from './refusal.ts'
import type { OwnPage } from './senders.ts'
import type { Sessions } from './sessions.ts'
import type { SettingsDesk } from './settings.ts'
import type { SignOut } from './sign-out.ts'
import type { Sites } from './sites.ts'
import type { Trust } from './trust.ts'
import type { WaitingDesk } from './waiting.ts'
import type { Windows } from './windows.ts'

/** What the extension's own pages may ask. */
export type OwnHandlers = {
  readonly [Ask in OwnRequest['ask']]: (
    request: Record<string, unknown>,
    page: OwnPage,
  ) => Promise<OwnAnswers[Ask]>
}

const everything: readonly OwnRequest['ask'][] = [
  'settings',
  'change-settings',
  'gateways',
  'look-up-gateway',
  'trust-gateway',
  'forget-gateway',
  'waiting',
  'open-portal',
  'sign-out-everywhere',
  'sites',
  'switch-site',
]

/**
 * Which page may ask what. The portal page can be put into a frame by any page of the web: it gets no more than it
 * needs before it has been admitted over its port.
 */
export const mayAskAs: Readonly<Record<OwnPage, readonly string[]>> = {
  popup: everything,
  options: everything,
  portal: ['settings', 'change-settings'],
}

export function ownHandlers(parts: {
  readonly settings: SettingsDesk
  readonly trust: Trust
  readonly pairing: Pairing
  readonly sessions: Sessions
  readonly waiting: WaitingDesk
  readonly windows: Windows
  readonly signOut: SignOut
  readonly sites: Sites
  readonly count: Count
}): OwnHandlers {
  const { settings, trust, pairing, sessions, waiting, windows, signOut, sites, count } = parts

  const gateways = async () => {
    const [pins, all] = await Promise.all([trust.list(), sessions.all()])
    return Promise.all(pins.map((pinned) => shownGateway(pinned, all[pinned.gateway]?.address ?? null)))
  }

  return {
    settings: () => settings.read(),
    'change-settings': async ({ change }, page) => {
      // In a frame of any page only the picture and phrase are chosen, at first use.
      if (page === 'portal' && !isPersonalAlone(change)) {
        throw new Refusal('not-allowed', 'Change this in the options.')
      }
      return settings.change(change)
    },
    gateways,
    'look-up-gateway': ({ address }) => pairing.lookUp(text(address, 2000)),
    'trust-gateway': async ({ gateway, fingerprint }) => {
      await pairing.trust(text(gateway, 300), text(fingerprint, 100))
      return gateways()
    },
    'forget-gateway': async ({ gateway }) => {
      const origin = text(gateway, 300)
      if ((await trust.find(origin))?.by === 'policy') {
        throw new Refusal('by-policy', 'Your organisation has set this gateway.')
      }
      await signOut.at(origin)
      await trust.forget(origin)
      return gateways()
    },
    waiting: async ({ search }) => {
      count.refresh()
      return waiting.list(text(search, 1000))
    },
    'open-portal': async ({ gateway, messageId }) => {
      const origin = text(gateway, 300)
      if (!(await trust.find(origin))) throw new Refusal('not-trusted', 'You do not trust this gateway.')
      const message = messageId === undefined ? '' : `/${encodeURIComponent(text(messageId, 100))}`
      const path = `/portal/inbox${message}`
      await windows.open({ show: 'portal', place: 'window', gateway: origin, path, purpose: 'read' })
      return null
    },
    'sign-out-everywhere': async () => {
      await signOut.everywhere()
      return null
    },
    sites: () => sites.list(),
    'switch-site': ({ pattern, on }) => {
      if (typeof on !== 'boolean') throw new Refusal('malformed', 'This is no request.')
      return sites.switch(text(pattern, 300), on)
    },
  }
}

function isPersonalAlone(change: unknown): boolean {
  return isRecord(change) && Object.keys(change).every((name) => name === 'personal')
}

function text(value: unknown, most: number): string {
  if (!isText(value, most)) throw new Refusal('malformed', 'This is no request.')
  return value
}
