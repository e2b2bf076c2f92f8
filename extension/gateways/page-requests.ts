import type { Found, PageAnswers, PageRequest, Ticket, Verdict } from '../protocol.ts'
import { pageWords } from '../../shared/i18n/extension/index.ts'
import type { Entry } from './entry.ts'
import type { Judging } from './judging.ts'
import type { Kit } from './kit.ts'
import type { Languages } from './languages.ts'
import { isRecord, isText } from './records.ts'
import { Refusal } from './refusal.ts'
import type { Probe } from './probe.ts'
import type { Replies, ReplyPlace } from './replies.ts'
import type { Asker } from './senders.ts'
import type { SettingsDesk } from './settings.ts'
import type { Sites } from './sites.ts'
import type { Tickets } from './tickets.ts'
import type { Windows } from './windows.ts'

type PageAsker = Extract<Asker, { kind: 'page' }>

/** What content scripts may ask, and nothing else. Each reads its request anew: what comes may be anything. */
export type PageHandlers = {
  readonly [Ask in PageRequest['ask']]: (
    request: Record<string, unknown>,
    asker: PageAsker,
  ) => Promise<PageAnswers[Ask]>
}

/** Finds of one request; characters of one of them (rewritten links are long). */
const mostFound = 200
const mostValue = 8192
const mostAddresses = 50

export function pageHandlers(parts: {
  readonly sites: Pick<Sites, 'isOn'>
  readonly settings: Pick<SettingsDesk, 'read'>
  readonly languages: Languages
  readonly judging: Judging
  readonly replies: Replies
  readonly tickets: Pick<Tickets<Entry>, 'issue'>
  readonly windows: Windows
  readonly probe: Probe
  readonly kit: Kit
}): PageHandlers {
  const { sites, settings, languages, judging, replies, tickets, windows, probe, kit } = parts

  const entryFor = async (request: Record<string, unknown>, place: Entry['place']): Promise<Entry> => {
    const found = readFound(request['found'])
    const { purpose } = request
    if (!found || (purpose !== 'read' && purpose !== 'reply')) throw malformed()
    // Judged again: what was shown of it before is what a page says, not what we know.
    const [verdict] = await judging.judge([found])
    return entryOf(verdict, purpose, place)
  }

  const ticketFor = async (entry: Entry, { tab, frame }: PageAsker): Promise<Ticket> => {
    // First, for it takes a moment of the ticket's life.
    const property = await probe(tab, frame)
    return { ...tickets.issue(entry, tab), probe: property }
  }

  const toWindow = async (entry: Entry): Promise<{ window: true }> => {
    await windows.open(entry)
    return { window: true }
  }

  return {
    begin: async (_request, asker) => ({
      on: await sites.isOn(asker.places),
      words: pageWords(await languages.now()),
      unwrap: (await settings.read()).unwrap,
    }),
    judge: async ({ found }) => {
      if (!Array.isArray(found) || found.length > mostFound) throw malformed()
      const finds = found.map(readFound)
      if (!finds.every((one) => one !== undefined)) throw malformed()
      return judging.judge(finds)
    },
    open: async (request, asker) => ticketFor(await entryFor(request, 'frame'), asker),
    'bring-kit': async (_request, { tab, frame }) => kit(tab, frame),
    'open-window': async (request) => toWindow(await entryFor(request, 'window')),
    'replying-to': async ({ addresses }) => {
      if (!Array.isArray(addresses) || addresses.length > mostAddresses) throw malformed()
      for (const address of addresses) {
        if (!isText(address, 1000)) throw malformed()
        const place = await replies.find(address)
        if (place) return { address, host: place.host }
      }
      return null
    },
    'open-reply': async ({ address, where }, asker): Promise<Ticket | { window: true }> => {
      if (!isText(address, 1000) || (where !== 'frame' && where !== 'window')) throw malformed()
      const place = await replies.find(address)
      if (!place) throw new Refusal('nothing-here', 'This is no address of a secure message.')
      const entry = replyEntry(place, where)
      return where === 'frame' ? ticketFor(entry, asker) : toWindow(entry)
    },
  }
}

function entryOf(verdict: Verdict | undefined, purpose: 'read' | 'reply', place: Entry['place']): Entry {
  if (!verdict || verdict.state === 'none')
    throw new Refusal('nothing-here', 'There is nothing of ours here.')
  if (verdict.state !== 'genuine') return { show: 'verdict', place, verdict }
  return { show: 'portal', place, gateway: verdict.gateway, path: `/m/${verdict.token}`, purpose }
}

function replyEntry({ gateway, path }: ReplyPlace, place: Entry['place']): Entry {
  return { show: 'portal', place, gateway, path, purpose: 'reply' }
}

function readFound(value: unknown): Found | undefined {
  if (!isRecord(value)) return undefined
  const { kind, value: text, shows } = value
  if ((kind !== 'link' && kind !== 'code') || !isText(text, mostValue)) return undefined
  if (shows !== undefined && !isText(shows, mostValue)) return undefined
  return { kind, value: text, ...(shows !== undefined && { shows }) }
}

function malformed(): Refusal {
  return new Refusal('malformed', 'This is no request.')
}
