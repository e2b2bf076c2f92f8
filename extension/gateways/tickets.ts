import type { Ticket } from '../protocol.ts'
import { toBase64Url } from '../../shared/link/index.ts'
import type { Asker } from './senders.ts'

/** ms. */
const ticketLife = 30_000
/** Of one tab: a page that makes a content script ask again and again only spoils its own older tickets. */
const ticketsPerTab = 8

export interface TicketOptions {
  /** ms since 1970. */
  readonly now: () => number
  readonly random: (size: number) => Uint8Array
  /** What a page may load into a frame: `runtime.getURL('/portal.html')`, of a dynamic host in Chromium. */
  readonly framePage: string
  /** The extension's own root, `chrome-extension://id/` or `moz-extension://uuid/`. */
  readonly base: string
}

/** What a page is let in to, as it was decided when a person clicked. */
export interface Admittance<Grant> {
  readonly grant: Grant
  readonly place: 'frame' | 'window'
}

/** For the extension's own window, which has no tab yet when its address is made. */
export interface WindowTicket {
  /** Carries the nonce in its fragment: no page sees it, and no request does. */
  readonly url: string
  /** The tab that the browser created. Until then nobody is admitted with it. */
  bind(tab: number): void
  /** The window could not be opened. */
  discard(): void
}

export interface Tickets<Grant> {
  /** For a frame of this tab. */
  issue(grant: Grant, tab: number): Omit<Ticket, 'probe'>
  issueWindow(grant: Grant): WindowTicket
  /** Undefined: show nothing. A nonce is spent by the first who brings it, admitted or not. */
  admit(nonce: unknown, asker: Asker | undefined): Promise<Admittance<Grant> | undefined>
}

interface Issued<Grant> {
  readonly nonce: string
  readonly grant: Grant
  readonly place: 'frame' | 'window'
  /** Of a frame; null for windows. */
  readonly asked: number | null
  /** Resolves once known; undefined where there will be none. */
  readonly tab: Promise<number | undefined>
  /** ms since 1970. */
  readonly until: number
}

/**
 * Tickets for the portal page. Threat: the page can be put into a frame by any site that the browser lets load it,
 * and its address can be opened by anybody; so it shows nothing until the background has admitted it. It does so once
 * per click of a person, within 30 s, for our own page alone, and only where that click was: in a frame of the same
 * tab, or in the very tab that was created for it. They are kept in memory: the worker lives at least as long.
 */
export function createTickets<Grant>({ now, random, framePage, base }: TicketOptions): Tickets<Grant> {
  let issued: Issued<Grant>[] = []

  const keep = (ticket: Omit<Issued<Grant>, 'nonce' | 'until'>): string => {
    const nonce = toBase64Url(random(32))
    issued = issued.filter(({ until }) => until > now())
    const same = ticket.asked === null ? [] : issued.filter(({ asked }) => asked === ticket.asked)
    for (const old of same.slice(0, Math.max(0, same.length - ticketsPerTab + 1))) drop(old)
    issued.push({ ...ticket, nonce, until: now() + ticketLife })
    return nonce
  }
  const drop = (ticket: Issued<Grant>) => {
    issued = issued.filter((one) => one !== ticket)
  }

  return {
    issue(grant, tab) {
      const nonce = keep({ grant, place: 'frame', asked: tab, tab: Promise.resolve(tab) })
      return { nonce, url: framePage, origin: originOf(base) }
    },

    issueWindow(grant) {
      const { promise, resolve } = Promise.withResolvers<number | undefined>()
      const nonce = keep({ grant, place: 'window', asked: null, tab: promise })
      return {
        url: `${base}portal.html#${nonce}`,
        bind: resolve,
        // Nobody is admitted without a tab; what waits for one is let go.
        discard: () => resolve(undefined),
      }
    },

    async admit(nonce, asker) {
      if (typeof nonce !== 'string') return undefined
      // Every ticket is compared, and each in constant time: how long it takes tells nothing of any nonce.
      const [ticket] = issued.filter((one) => same(one.nonce, nonce))
      if (!ticket) return undefined
      drop(ticket)
      if (now() >= ticket.until) return undefined
      if (asker?.kind !== 'own' || asker.page !== 'portal' || !asker.place) return undefined
      if ((asker.place.frame === 0) !== (ticket.place === 'window')) return undefined
      // A window's page may ask before the browser has told which tab it made.
      if ((await ticket.tab) !== asker.place.tab) return undefined
      return { grant: ticket.grant, place: ticket.place }
    },
  }
}

/** `URL.origin` of an extension's address is `null` in some engines. */
function originOf(base: string): string {
  const { protocol, host } = new URL(base)
  return `${protocol}//${host}`
}

function same(known: string, given: string): boolean {
  if (known.length !== given.length) return false
  let difference = 0
  for (let at = 0; at < known.length; at += 1) difference |= known.charCodeAt(at) ^ given.charCodeAt(at)
  return difference === 0
}
