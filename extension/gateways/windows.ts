import { decodeToken } from '../../shared/link/index.ts'
import type { Entry } from './entry.ts'
import { isRecord, readRecord } from './records.ts'
import { createStored } from './stored.ts'
import type { Surroundings } from './surroundings.ts'
import type { Tickets } from './tickets.ts'

/** The extension's own windows: the place that no page can cover, fade or imitate around. */
export interface Windows {
  /** Opens one, or brings the one to the front that shows this already. */
  open(entry: Entry): Promise<void>
  /** A page of ours: in a window where there are windows, else in a tab. */
  openPage(path: string): Promise<void>
  /** The tab is gone. */
  end(tab: number): Promise<void>
}

interface Opened {
  readonly tab: number
  readonly window: number | null
}

/** CSS px: a phone's width, so that it stands beside the mail. */
const size = { width: 480, height: 760 }

export function createWindows(
  { browser }: Pick<Surroundings, 'browser'>,
  tickets: Pick<Tickets<Entry>, 'issueWindow'>,
): Windows {
  const opened = createStored(browser.storage.session, 'windows', (value) => readRecord(value, readOpened))

  const create = async (url: string): Promise<Opened | undefined> => {
    if (!browser.windows) {
      const { id, windowId } = await browser.tabs.create({ url, active: true })
      return id === undefined ? undefined : { tab: id, window: windowId ?? null }
    }
    const { id, tabs } = await browser.windows.create({ url, type: 'popup', ...size })
    const tab = tabs?.[0]?.id
    return tab === undefined ? undefined : { tab, window: id ?? null }
  }

  /** False where it is gone: closed by the person while the background slept. */
  const focus = async ({ tab, window }: Opened): Promise<boolean> => {
    try {
      await browser.tabs.update(tab, { active: true })
      if (window !== null) await browser.windows?.update(window, { focused: true })
      return true
    } catch {
      return false
    }
  }

  const opening = new Map<string, Promise<void>>()
  const open = async (name: string, entry: Entry): Promise<void> => {
    const before = (await opened.read())[name]
    if (before && (await focus(before))) return
    const ticket = tickets.issueWindow(entry)
    try {
      const now = await create(ticket.url)
      if (!now) throw new Error('the browser opened no tab')
      ticket.bind(now.tab)
      await opened.change((all) => ({ ...all, [name]: now }))
    } catch (error) {
      ticket.discard()
      throw error
    }
  }

  return {
    open(entry) {
      const name = nameOf(entry)
      // A second click while the first is on its way is the same wish.
      const now = opening.get(name) ?? open(name, entry).finally(() => opening.delete(name))
      opening.set(name, now)
      return now
    },
    openPage: async (path) => {
      await browser.tabs.create({ url: browser.runtime.getURL(path), active: true })
    },
    end: async (tab) => {
      await opened.change((all) =>
        Object.fromEntries(Object.entries(all).filter(([, one]) => one.tab !== tab)),
      )
    },
  }
}

/** What a window shows, for finding it again. A link and its message's own path are one. */
function nameOf(entry: Entry): string {
  if (entry.show === 'verdict') return `verdict ${JSON.stringify(entry.verdict)}`
  const handle = decodeToken(entry.path.replace(/^\/m\//, ''))?.payload.handle
  const path = handle === undefined ? entry.path : `/portal/inbox/${handle}`
  return `${entry.purpose} ${entry.gateway}${path}`
}

function readOpened(value: unknown): Opened | undefined {
  if (!isRecord(value) || typeof value['tab'] !== 'number') return undefined
  return { tab: value['tab'], window: typeof value['window'] === 'number' ? value['window'] : null }
}
