import { signal } from '@preact/signals'
import browser from 'webextension-polyfill'
import { portalPort } from '../../protocol.ts'
import { createAsk } from '../../pages/index.ts'
import { keepResume, readEntry } from './entry.ts'
import { showAdmitted } from './show.tsx'
import { createWire } from './wire.ts'

/**
 * The portal page: frame or window. It is a blank page for whoever opens it; only what the background admits
 * (`gateways/tickets.ts`) is ever drawn.
 */
async function start(): Promise<void> {
  const entry = await readEntry(window)
  if (!entry) return
  const over = signal(false)
  const wire = createWire({
    connect: () => browser.runtime.connect({ name: portalPort }),
    first: entry.admission,
    admittedAgain: (resume) => keepResume(window, resume),
    refused: () => {
      over.value = true
    },
  })
  const admitted = await wire.admitted
  if (!admitted) return
  const ask = createAsk((request) => browser.runtime.sendMessage(request))
  await showAdmitted({
    window,
    admitted,
    wire,
    over,
    port: entry.port,
    now: Date.now,
    keep: (change) => ask({ ask: 'change-settings', change }),
  })
}

await start()
