import { effect, signal } from '@preact/signals'
import type { ComponentChildren, ComponentType } from 'preact'
import {
  type BytesOptions,
  createClient,
  type PortalInfo,
  ProblemError,
  type Transport,
} from '../contract/index.ts'
import { chooseLanguage, isLanguage, type Language } from '../i18n/index.ts'
import { english, loadPortalI18n } from '../i18n/portal/index.ts'
import { createToasts } from '../ui/index.ts'
import type { Portal, Surface } from './context.ts'
import { createLists } from './lists.ts'
import { createRouter, type Place } from './routes.ts'
import { createSession } from './session.ts'
import { type Appearance, createTheme } from './theme.ts'
import { createUnsaved } from './unsaved.ts'

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
  /** What the portal stands in; a page of its own without it. */
  readonly surface?: Surface
  /** Light or dark whatever the system says; as the system says without it. */
  readonly appearance?: Appearance
  /**
   * Stands around every form in which a password is typed: may put something above it that tells the person where
   * they are, or something else in its place.
   */
  readonly passwords?: ComponentType<{ children: ComponentChildren }>
  /**
   * Asked before a password is typed or sent and before a message is sent: whether the person sees what they do.
   * False: nothing is done, the host goes on elsewhere.
   * @param control the field or button concerned.
   */
  guard?(control?: Element): Promise<boolean>
  /**
   * Fetches a file below the gateway's `/api/` and gives it to the person under a name, where a plain link can't.
   * Rejects with ProblemError.
   */
  readonly save?: (path: string, name: string, options: BytesOptions) => Promise<void>
  /** Where the person came to answer: the message that they came to is answered as soon as it is open. */
  readonly purpose?: 'read' | 'reply'
}

/** Everything the screens stand on. The first picture waits for nothing but the words of its language. */
export async function createPortal(host: Host): Promise<Portal> {
  const lost = () => session.lost()
  const client = createClient(watch(host.transport, lost))
  const session = createSession(client)
  const lists = createLists(client)
  const router = createRouter(host.place)
  const toasts = createToasts()
  const info = signal<PortalInfo | undefined>()
  let purpose = host.purpose ?? 'read'
  const { save } = host
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
    surface: host.surface ?? 'page',
    theme: createTheme(host.appearance ?? 'system'),
    passwords: host.passwords,
    guard: async (control) => (await host.guard?.(control)) ?? true,
    save: save && ((...file) => watched(save(...file), lost)),
    takePurpose: () => {
      const taken = purpose
      purpose = 'read'
      return taken
    },
    unsaved: createUnsaved(),
  }
}

/** A transport that tells when a call was refused because nobody is signed in. */
function watch(transport: Transport, lost: () => void): Transport {
  return {
    json: (...call) => watched(transport.json(...call), lost),
    bytes: (...call) => watched(transport.bytes(...call), lost),
    upload: (...call) => watched(transport.upload(...call), lost),
  }
}

async function watched<T>(call: Promise<T>, lost: () => void): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'signed-out') lost()
    throw error
  }
}
