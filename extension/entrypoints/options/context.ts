import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ExtensionI18n } from '../../../shared/i18n/extension/index.ts'
import type { Toasts } from '../../../shared/ui/index.ts'
import { type ExtensionPage, usePage } from '../../pages/index.ts'
import type { Options } from './options.ts'

interface OptionsTools {
  readonly options: Options
  readonly toasts: Toasts
  /** Below a limit, evenly, of the browser's generator for secrets. */
  readonly random: (limit: number) => number
  /** Does something; what goes wrong is said in a toast. */
  readonly attempt: (job: () => Promise<unknown>) => void
}

export const OptionsContext = createContext<OptionsTools | undefined>(undefined)

export function useOptions(): OptionsTools & { readonly i18n: ExtensionI18n; readonly page: ExtensionPage } {
  const tools = useContext(OptionsContext)
  const page = usePage()
  if (!tools) throw new Error('no options around this component')
  return { ...tools, page, i18n: page.i18n.value }
}
