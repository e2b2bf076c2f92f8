import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ExtensionI18n } from '../../../shared/i18n/extension/index.ts'
import type { Toasts } from '../../../shared/ui/index.ts'
import { usePage } from '../../pages/index.ts'
import type { Popup } from './popup.ts'

interface PopupTools {
  readonly popup: Popup
  readonly toasts: Toasts
  readonly now: () => number
  /** Does something; what goes wrong is said in a toast. */
  readonly attempt: (job: () => Promise<unknown>) => void
}

export const PopupContext = createContext<PopupTools | undefined>(undefined)

export function usePopup(): PopupTools & { readonly i18n: ExtensionI18n } {
  const tools = useContext(PopupContext)
  const page = usePage()
  if (!tools) throw new Error('no popup around this component')
  return { ...tools, i18n: page.i18n.value }
}
