/** The portal page of the extension as it is, but with a background that stands in: `main.tsx` without a browser API. */
import { signal } from '@preact/signals'
import { readEntry } from '../../../extension/entrypoints/portal/entry.ts'
import { showAdmitted } from '../../../extension/entrypoints/portal/show.tsx'
import { createWire } from '../../../extension/entrypoints/portal/wire.ts'
import { createBackground, type Setup } from './background.ts'

declare global {
  interface Window {
    background: ReturnType<typeof createBackground>
  }
}

const setup = JSON.parse(new URLSearchParams(location.search).get('setup') ?? '{}') as Setup
window.background = createBackground(setup)
const entry =
  setup.place === 'window' || setup.alone
    ? { admission: { nonce: 'n' }, port: null }
    : await readEntry(window)
if (entry) {
  const over = signal(false)
  const wire = createWire({
    connect: window.background.connect,
    first: entry.admission,
    admittedAgain: () => undefined,
    refused: () => {
      over.value = true
    },
  })
  const admitted = await wire.admitted
  if (admitted)
    await showAdmitted({
      window,
      admitted,
      wire,
      over,
      port: entry.port,
      now: Date.now,
      keep: window.background.keep,
    })
}
