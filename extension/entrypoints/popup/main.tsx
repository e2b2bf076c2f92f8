import { render } from 'preact'
import browser from 'webextension-polyfill'
import { createToasts } from '../../../shared/ui/index.ts'
import '../../../shared/ui/base.css'
import { createAsk, createPage } from '../../pages/index.ts'
import { App } from './app.tsx'
import { popupBrowser } from './browser.ts'
import { createPopup } from './popup.ts'

const ask = createAsk((request) => browser.runtime.sendMessage(request))
// Android shows the popup as a page of its own: there it fills the width.
const [tab, settings] = await Promise.all([
  browser.tabs.getCurrent().catch(() => undefined),
  ask({ ask: 'settings' }),
])
document.documentElement.dataset['place'] = tab === undefined ? 'popup' : 'page'
const page = await createPage({
  settings,
  wished: navigator.languages,
  keep: (change) => ask({ ask: 'change-settings', change }),
  root: document.documentElement,
})
document.title = page.t('popup.title')
const popup = createPopup(
  ask,
  popupBrowser(browser, () => window.close()),
)
const root = document.getElementById('root')
if (root) render(<App popup={popup} page={page} toasts={createToasts()} now={Date.now} />, root)
