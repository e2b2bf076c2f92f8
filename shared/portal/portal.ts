import { effect, signal } from '@preact/signals'
import { createClient, type PortalInfo, ProblemError, type Transport } from '../contract/index.ts'
import { chooseLanguage, isLanguage, type Language } from '../i18n/index.ts'
import { english, loadPortalI18n } from '../i18n/portal/index.ts'
import { createToasts } from '../ui/index.ts'
import type { Portal } from './context.ts'
import { createLists } from './lists.ts'
import { createRouter, type Place } from './routes.ts'
import { createSession } from './session.ts'

/** What a page or a frame of the extension provides. */
export interface Host {
  readonly transport: Transport
  readonly place: Place
  readonly now: () => number
  /** Address of the page as support wants to see it. */
  url(): string
  /** The browser, as it calls itself. */
  browser(): string
  /** Languages wished for, the strongest first, and a place to keep a choice. */
  readonly languages: {
    readonly wished: readonly string[]
    readonly chosen: string | null
    keep(language: Language): void
  }
}

/** Everything the screens stand on. The first picture waits for nothing but the words of its language. */
export async function createPortal(host: Host): Promise<Portal> {
  const client = createClient(watch(host.transport, () => session.lost()))
  const session = createSession(client)
  const lists = createLists(client)
  const router = createRouter(host.place)
  const toasts = createToasts()
  const info = signal<PortalInfo | undefined>()
  const i18n = signal(english)
  const current = signal<Language>('en')

  const speak = async (language: Language) => {
    // Where the words of a language can't be fetched, the ones that are here stay.
    const words = await loadPortalI18n(language, host.languages.wished).catch(() => undefined)
    if (!words) return
    i18n.value = words
    current.value = language
  }
  const wishes = () => {
    const known = session.person.peek()?.language
    return [host.languages.chosen, known, ...host.languages.wished]
  }
  await speak(chooseLanguage(wishes()))

  let shown: string | undefined
  effect(() => {
    const person = session.person.value
    if (person?.id === shown) return
    shown = person?.id
    lists.clear()
    if (person && host.languages.chosen === null) void speak(chooseLanguage(wishes()))
  })
  // Who the gateway is decorates the screens; without it they work as well, and every other call says what is wrong.
  client.portal().then(
    (answer) => {
      info.value = answer
    },
    () => undefined,
  )

  const t: Portal['t'] = (key, ...words) => i18n.value.t(key, ...words)

  return {
    client,
    router,
    navigate: (route, options) => router.navigate(route, options),
    i18n,
    t,
    language: {
      current,
      choose: (language) => {
        if (!isLanguage(language)) return
        host.languages.keep(language)
        void speak(language)
      },
    },
    session,
    lists,
    toast: (toast) => toasts.show(toast),
    toasts,
    info,
    now: host.now,
    host: { url: () => host.url(), browser: () => host.browser() },
  }
}

/** A transport that tells when a call was refused because nobody is signed in. */
function watch(transport: Transport, lost: () => void): Transport {
  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'signed-out') lost()
      throw error
    }
  }
  return {
    json: (...call) => watched(transport.json(...call)),
    bytes: (path) => watched(transport.bytes(path)),
    upload: (...call) => watched(transport.upload(...call)),
  }
}
