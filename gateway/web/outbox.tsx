import { render } from 'preact'
import '../../shared/ui/base.css'
import { OutboxPage } from './outbox-page.tsx'
import { rootElement } from './root.ts'
import { createSandbox } from './sandbox.ts'
import { createTransport } from './transport.ts'
import { pageWords } from './words.ts'

const sandbox = createSandbox(createTransport())
render(<OutboxPage sandbox={sandbox} i18n={await pageWords()} now={Date.now} />, rootElement())
