import { render } from 'preact'
import '../../shared/ui/base.css'
import { HomePage } from './home-page.tsx'
import { rootElement } from './root.ts'
import { createSandbox } from './sandbox.ts'
import { createTransport } from './transport.ts'
import { pageWords } from './words.ts'

const sandbox = createSandbox(createTransport())
// Where mail really leaves there is nothing to try out: people come here for their messages.
const [i18n, info] = await Promise.all([pageWords(), sandbox.info().catch(() => undefined)])
if (info && !info.sandbox) window.location.replace('/portal')
else render(<HomePage sandbox={sandbox} i18n={i18n} />, rootElement())
