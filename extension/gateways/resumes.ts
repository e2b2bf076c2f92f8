import { toBase64Url } from '../../shared/link/index.ts'
import { type Entry, readEntry } from './entry.ts'
import { isRecord, isText, readRecord } from './records.ts'
import type { Place } from './senders.ts'
import { createStored } from './stored.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Lets an admitted page come back after the background slept, without another click. Threat: a page that learns
 * such a nonce must gain nothing, so it is good for the very document that was admitted: tab, frame, and the
 * document itself where the browser tells it. In a window of the extension's own it is good for the tab, so that
 * it can be loaded again: nobody but us has documents there.
 */
export interface Resumes {
  issue(entry: Entry, place: Place): Promise<string>
  find(nonce: string, place: Place): Promise<Entry | undefined>
  /** The tab is gone. */
  end(tab: number): Promise<void>
  /** The gateway is no longer trusted. */
  endGateways(trusted: readonly string[]): Promise<void>
}

interface Resume extends Place {
  readonly entry: Entry
  /** ms since 1970. */
  readonly at: number
}

const most = 100

/** Kept in `storage.session`: as long as the browser runs. */
export function createResumes({
  browser,
  random,
  now,
}: Pick<Surroundings, 'browser' | 'random' | 'now'>): Resumes {
  const stored = createStored(browser.storage.session, 'resumes', (value) => readRecord(value, readResume))
  const keep = (which: (one: Resume) => boolean) =>
    stored.change((all) => Object.fromEntries(Object.entries(all).filter(([, one]) => which(one))))
  return {
    async issue(entry, place) {
      const nonce = toBase64Url(random(32))
      await stored.change((all) => {
        const newest = Object.entries(all).toSorted(([, a], [, b]) => b.at - a.at)
        return { ...Object.fromEntries(newest.slice(0, most - 1)), [nonce]: { ...place, entry, at: now() } }
      })
      return nonce
    },
    async find(nonce, place) {
      const all = await stored.read()
      // 256 random bits and a place that can't be chosen: looking it up in a table gives nothing to measure.
      const one = Object.hasOwn(all, nonce) ? all[nonce] : undefined
      if (one?.tab !== place.tab || one.frame !== place.frame) return undefined
      return one.entry.place === 'window' || one.document === place.document ? one.entry : undefined
    },
    end: async (tab) => {
      await keep((one) => one.tab !== tab)
    },
    endGateways: async (trusted) => {
      await keep(({ entry }) => entry.show !== 'portal' || trusted.includes(entry.gateway))
    },
  }
}

function readResume(value: unknown): Resume | undefined {
  if (!isRecord(value)) return undefined
  const { tab, frame, document, at } = value
  const entry = readEntry(value['entry'])
  if (typeof tab !== 'number' || typeof frame !== 'number' || typeof at !== 'number' || !entry)
    return undefined
  return { tab, frame, document: isText(document, 100) ? document : null, entry, at }
}
