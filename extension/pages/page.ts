import { type ReadonlySignal, signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { english, type ExtensionI18n, loadExtensionI18n } from '../../shared/i18n/extension/index.ts'
import { chooseLanguage } from '../../shared/i18n/index.ts'
import type { Settings } from '../protocol.ts'
import './look.css'

export type SettingsChange = Partial<Omit<Settings, 'locked'>>

/** What every page of the extension stands on: its words, its look, and the settings they come from. */
export interface ExtensionPage {
  readonly i18n: ReadonlySignal<ExtensionI18n>
  /** Words in the language of now; a component that calls it is drawn again when the language changes. */
  readonly t: ExtensionI18n['t']
  readonly settings: ReadonlySignal<Settings>
  /** Keeps a change of the settings; the page follows it at once. Rejects with `AskError`. */
  change(change: SettingsChange): Promise<void>
  /** Follows settings that others have changed: policy. */
  follow(settings: Settings): Promise<void>
}

export interface PageOptions {
  readonly settings: Settings
  /** Languages the browser asks for, the strongest first. */
  readonly wished: readonly string[]
  /** Has the background keep a change; resolves to the settings of then. */
  readonly keep: (change: SettingsChange) => Promise<Settings>
  /** Carries language, direction and appearance: the `html` element. */
  readonly root: HTMLElement
}

/** Resolves once the words of the language are here. */
export async function createPage(options: PageOptions): Promise<ExtensionPage> {
  const { root, wished, keep } = options
  const settings = signal(options.settings)
  const i18n = signal(await dress(root, options.settings, wished))
  const follow = async (changed: Settings) => {
    settings.value = changed
    i18n.value = await dress(root, changed, wished)
  }
  return {
    i18n,
    t: (key, ...words) => i18n.value.t(key, ...words),
    settings,
    change: async (change) => follow(await keep(change)),
    follow,
  }
}

/** English where the words of the language can't be had. */
async function dress(
  root: HTMLElement,
  { language, appearance }: Settings,
  wished: readonly string[],
): Promise<ExtensionI18n> {
  root.dataset['appearance'] = appearance
  const i18n = await loadExtensionI18n(chooseLanguage([language, ...wished]), wished).catch(() => english)
  root.lang = i18n.language
  root.dir = i18n.direction
  return i18n
}

/** A context has no sensible value of its own; who uses one without a provider made a mistake. */
export const PageContext = createContext<ExtensionPage | undefined>(undefined)

export function usePage(): ExtensionPage {
  const page = useContext(PageContext)
  if (!page) throw new Error('a part of a page stands outside of PageContext')
  return page
}
