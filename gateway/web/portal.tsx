import { render } from 'preact'
import { App, createPortal, historyPlace } from '../../shared/portal/index.ts'
import '../../shared/ui/base.css'
import { browserLanguages } from './languages.ts'
import { rootElement } from './root.ts'
import { createTransport } from './transport.ts'

const portal = await createPortal({
  transport: createTransport(),
  place: historyPlace(window),
  now: Date.now,
  url: () => window.location.href,
  browser: () => navigator.userAgent,
  languages: browserLanguages(window),
})
render(<App portal={portal} />, rootElement())
