import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { DraftSummary, ListRequest, MessageSummary, PortalClient } from '../contract/index.ts'
import type { FolderName } from './routes.ts'

type Sort = NonNullable<ListRequest['sort']>

/** What a person asked a folder to show. */
export interface Query {
  readonly search: string
  readonly unreadOnly: boolean
  readonly sort: Sort
}

export type Status = 'idle' | 'loading' | 'more' | 'ready' | 'failed'

/** One folder of messages as it is shown: what was asked, what has come so far. */
export interface MessageFolder {
  readonly query: ReadonlySignal<Query>
  readonly items: ReadonlySignal<readonly MessageSummary[]>
  readonly status: ReadonlySignal<Status>
  readonly failure: ReadonlySignal<unknown>
  readonly hasMore: ReadonlySignal<boolean>
  /** Asks anew with a changed query. */
  ask(change: Partial<Query>): void
  more(): Promise<void>
  refresh(): Promise<void>
}

export interface DraftFolder {
  readonly items: ReadonlySignal<readonly DraftSummary[]>
  readonly status: ReadonlySignal<Status>
  readonly failure: ReadonlySignal<unknown>
  refresh(): Promise<void>
  /** Takes a row out of sight (and back) while throwing it away can still be undone. */
  hide(id: string, hidden: boolean): void
}

export interface Lists {
  readonly inbox: MessageFolder
  readonly sent: MessageFolder
  readonly drafts: DraftFolder
  /** Unread messages of the inbox; undefined until known. */
  readonly unread: ReadonlySignal<number | undefined>
  /** Changes a row at once, without asking the gateway; does nothing where it is not shown. */
  patch(id: string, change: Partial<Omit<MessageSummary, 'id'>>): void
  refresh(folder: FolderName): Promise<void>
  /** The rows before and after a row, as shown. */
  neighbours(id: string): { newer?: string; older?: string }
  /** Forgets everything: another person signed in. */
  clear(): void
}

export const firstQuery: Query = { search: '', unreadOnly: false, sort: 'newest' }

interface OwnFolder extends MessageFolder {
  patch(id: string, change: Partial<MessageSummary>): MessageSummary | undefined
  clear(): void
}

function createFolder(
  client: PortalClient,
  folder: 'inbox' | 'sent',
  onUnread: (unread: number) => void,
): OwnFolder {
  const query = signal(firstQuery)
  const items = signal<readonly MessageSummary[]>([])
  const status = signal<Status>('idle')
  const failure = signal<unknown>(undefined)
  const next = signal<string | null>(null)
  // Only the answer to the latest question counts: a slow older one must not take its place.
  let asked = 0

  const load = async (cursor: string | undefined) => {
    const mine = ++asked
    const { search, unreadOnly, sort } = query.peek()
    status.value = cursor === undefined ? 'loading' : 'more'
    try {
      const page = await client.list({
        folder,
        sort,
        ...(search === '' ? {} : { search }),
        ...(unreadOnly ? { unread: 'true' } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      })
      if (mine !== asked) return
      items.value = cursor === undefined ? page.items : [...items.peek(), ...page.items]
      next.value = page.next
      failure.value = undefined
      status.value = 'ready'
      onUnread(page.unread)
    } catch (error) {
      if (mine !== asked) return
      failure.value = error
      status.value = 'failed'
    }
  }

  return {
    query,
    items,
    status,
    failure,
    hasMore: computed(() => next.value !== null),
    ask: (change) => {
      query.value = { ...query.peek(), ...change }
      void load(undefined)
    },
    more: async () => {
      const cursor = next.peek()
      if (cursor !== null && status.peek() !== 'more') await load(cursor)
    },
    refresh: () => load(undefined),
    patch: (id, change) => {
      const before = items.peek().find((item) => item.id === id)
      if (before) items.value = items.peek().map((item) => (item.id === id ? { ...item, ...change } : item))
      return before
    },
    clear: () => {
      asked++
      query.value = firstQuery
      items.value = []
      next.value = null
      status.value = 'idle'
      failure.value = undefined
    },
  }
}

function createDrafts(client: PortalClient): DraftFolder & { clear(): void } {
  const all = signal<readonly DraftSummary[]>([])
  const hidden = signal<ReadonlySet<string>>(new Set())
  const status = signal<Status>('idle')
  const failure = signal<unknown>(undefined)
  return {
    items: computed(() => all.value.filter(({ id }) => !hidden.value.has(id))),
    status,
    failure,
    refresh: async () => {
      status.value = 'loading'
      try {
        all.value = (await client.drafts()).items
        failure.value = undefined
        status.value = 'ready'
      } catch (error) {
        failure.value = error
        status.value = 'failed'
      }
    },
    hide: (id, hide) => {
      const next = new Set(hidden.peek())
      if (hide) next.add(id)
      else next.delete(id)
      hidden.value = next
    },
    clear: () => {
      all.value = []
      hidden.value = new Set()
      status.value = 'idle'
      failure.value = undefined
    },
  }
}

/** The folders of the person signed in. Nothing is asked before a folder is shown. */
export function createLists(client: PortalClient): Lists {
  const unread = signal<number | undefined>()
  const folders = {
    inbox: createFolder(client, 'inbox', (count) => {
      unread.value = count
    }),
    sent: createFolder(client, 'sent', () => {}),
  }
  const drafts = createDrafts(client)
  return {
    ...folders,
    drafts,
    unread,
    patch: (id, change) => {
      folders.sent.patch(id, change)
      const before = folders.inbox.patch(id, change)
      const count = unread.peek()
      if (before && count !== undefined && change.unread !== undefined && change.unread !== before.unread)
        unread.value = Math.max(0, count + (change.unread ? 1 : -1))
    },
    refresh: async (folder) => {
      const one = folder === 'drafts' ? drafts : folders[folder]
      if (one.status.peek() !== 'idle') await one.refresh()
    },
    neighbours: (id) => {
      const shown = id.startsWith('sent-') ? folders.sent.items.value : folders.inbox.items.value
      const at = shown.findIndex((item) => item.id === id)
      const newer = at > 0 ? shown[at - 1] : undefined
      const older = at >= 0 ? shown[at + 1] : undefined
      return { ...(newer ? { newer: newer.id } : {}), ...(older ? { older: older.id } : {}) }
    },
    clear: () => {
      folders.inbox.clear()
      folders.sent.clear()
      drafts.clear()
      unread.value = undefined
    },
  }
}
