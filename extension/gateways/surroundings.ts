/**
 * What the background needs of the browser, as small interfaces: `Browser` of webextension-polyfill fits them, and
 * so does the in-memory browser of the tests. `entrypoints/background.ts` alone knows the real one.
 */
export interface Surroundings {
  readonly browser: BackgroundBrowser
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** ms since 1970. */
  readonly now: () => number
  readonly random: (size: number) => Uint8Array<ArrayBuffer>
  /** Calls back after `ms`. The worker may be put to sleep before; nothing that matters may wait for it. */
  readonly later: (ms: number, then: () => void) => void
  /** Match patterns on which the extension runs from the first day. */
  readonly defaultSites: readonly string[]
  /** File of the content script, below the extension's root. */
  readonly contentScript: string
}

export interface BackgroundBrowser {
  readonly runtime: {
    readonly id: string
    getURL(path: string): string
    readonly onMessage: { addListener(listener: MessageListener): void }
    readonly onConnect: Event<[Port]>
    readonly onInstalled: Event<[unknown]>
    readonly onStartup: Event<[]>
  }
  readonly storage: {
    readonly local: Area
    readonly session: Area
    readonly managed: Pick<Area, 'get'>
    readonly onChanged: Event<[changes: Record<string, unknown>, area: string]>
  }
  readonly tabs: {
    create(tab: { url: string; active?: boolean }): Promise<{ id?: number; windowId?: number }>
    update(tab: number, change: { active: boolean }): Promise<unknown>
    readonly onRemoved: Event<[tab: number, info: unknown]>
  }
  /** Not there on Android. */
  readonly windows?: {
    create(
      window: WindowShape,
    ): Promise<{ id?: number | undefined; tabs?: readonly { id?: number | undefined }[] | undefined }>
    update(window: number, change: { focused: boolean }): Promise<unknown>
  }
  readonly action: {
    setBadgeText(details: { text: string }): Promise<void>
    setTitle(details: { title: string }): Promise<void>
    setIcon(details: { path: Record<number, string> }): Promise<void>
  }
  readonly scripting: {
    getRegisteredContentScripts(): Promise<readonly { id: string }[]>
    registerContentScripts(scripts: ContentScript[]): Promise<void>
    insertCSS?(injection: StyleInjection): Promise<void>
    executeScript?(injection: ScriptInjection): Promise<unknown>
    unregisterContentScripts(filter: { ids: string[] }): Promise<void>
  }
  readonly permissions: {
    contains(permissions: { origins: string[] }): Promise<boolean>
    readonly onAdded: Event<[unknown]>
    readonly onRemoved: Event<[unknown]>
  }
  readonly i18n: {
    getUILanguage(): string
    getAcceptLanguages(): Promise<string[]>
  }
}

export interface WindowShape {
  url: string
  type: 'popup'
  width: number
  height: number
}

export interface ContentScript {
  id: string
  matches: string[]
  js: string[]
  allFrames: boolean
  matchOriginAsFallback: boolean
  persistAcrossSessions: boolean
  runAt: 'document_idle'
}

export interface ScriptInjection {
  target: { tabId: number; frameIds: number[] }
  files: string[]
}

export interface StyleInjection {
  target: { tabId: number; frameIds: number[] }
  origin: 'USER'
  css: string
}

export interface Event<Arguments extends unknown[]> {
  addListener(listener: (...given: Arguments) => void): void
}

/** Answers by `answer`, after it has returned. */
export type MessageListener = (message: unknown, sender: Sender, answer: (value: unknown) => void) => true

/** A part of `browser.storage`. */
export interface Area {
  get(keys: string | string[] | null): Promise<Record<string, unknown>>
  set(items: Record<string, unknown>): Promise<void>
  remove(keys: string | string[]): Promise<void>
}

/** Who sent a message, as the browser says: the only thing in it that a sender can't make up. */
export interface Sender {
  readonly id?: string
  readonly url?: string
  /** Chrome only. */
  readonly origin?: string
  readonly frameId?: number
  readonly documentId?: string
  /** `url` only where the extension has permission for it. */
  readonly tab?: { readonly id?: number; readonly url?: string }
}

export interface Port {
  readonly name: string
  readonly sender?: Sender
  readonly onMessage: Event<[message: unknown]>
  readonly onDisconnect: Event<[]>
  postMessage(message: unknown): void
  disconnect(): void
}
