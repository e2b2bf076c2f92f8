import { defineContentScript } from 'wxt/utils/define-content-script'
import { runtimeOf, startWebmail, takeOver, whenIdle } from '../webmail/index.ts'
import { defaultSites, testSites } from '../webmail/sites.ts'

export default defineContentScript({
  matches: [...defaultSites, ...(import.meta.env.MODE === 'testing' ? testSites : [])],
  // Mails in frames: of the same origin (Roundcube), about:blank (Proton), of another host (iCloud, mail.com).
  allFrames: true,
  matchOriginAsFallback: true,
  runAt: 'document_idle',
  main() {
    const runtime = runtimeOf(globalThis)
    if (!runtime) return
    const end = takeOver(globalThis)
    // A task of its own, for the browser has just been busy reading this script.
    whenIdle(window)(() => {
      if (!end.signal.aborted) startWebmail({ window, scope: globalThis, runtime, end })
    })
  },
})
