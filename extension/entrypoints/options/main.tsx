import { render } from 'preact'
import browser from 'webextension-polyfill'
import { createToasts } from '../../../shared/ui/index.ts'
import '../../../shared/ui/base.css'
import { createAsk, createPage, randomBelow } from '../../pages/index.ts'
import { App } from './app.tsx'
import { optionsBrowser } from './browser.ts'
import { createOptions } from './options.ts'

const ask = createAsk((request) => browser.runtime.sendMessage(request))
const page = await createPage({
  settings: await ask({ ask: 'settings' }),
  wished: navigator.languages,
  keep: (change) => ask({ ask: 'change-settings', change }),
  root: document.documentElement,
})
const options = createOptions(ask, optionsBrowser(browser))
// Some browsers bring policy only after the page is there.
browser.storage.onChanged.addListener((_changes, area) => {
  if (area !== 'managed') return
  void options.load()
  ask({ ask: 'settings' }).then(
    (settings) => page.follow(settings),
    () => undefined,
  )
})
const root = document.getElementById('root')
if (root)
  render(<App options={options} page={page} toasts={createToasts()} random={randomBelow(crypto)} />, root)
