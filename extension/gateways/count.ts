import { unreadWords } from '../../shared/i18n/extension/index.ts'
import type { Languages } from './languages.ts'
import type { Surroundings } from './surroundings.ts'
import type { WaitingDesk } from './waiting.ts'

/** The toolbar button: the number of unread messages of all gateways; in grey while nobody is signed in anywhere. */
export interface Count {
  /** Soon: several wishes at once are one asking. Shows nothing where nothing could be asked. */
  refresh(): void
}

/** ms. */
const soon = 1000

const icons = { 16: '/icon/16.png', 32: '/icon/32.png' }
const quietIcons = { 16: '/icon/quiet-16.png', 32: '/icon/quiet-32.png' }

export function createCount(
  waiting: Pick<WaitingDesk, 'unread'>,
  languages: Languages,
  { browser, later }: Pick<Surroundings, 'browser' | 'later'>,
): Count {
  let wished = false
  const show = async () => {
    const asked = await waiting.unread()
    const unread = asked ?? 0
    const words = unreadWords(await languages.now(), unread)
    // Four places are what fits.
    await browser.action.setBadgeText({ text: unread === 0 ? '' : unread > 999 ? '999+' : `${unread}` })
    await browser.action.setTitle({ title: unread === 0 ? 'Postern' : `Postern: ${words}` })
    await browser.action.setIcon({ path: asked === null ? quietIcons : icons })
  }
  return {
    refresh() {
      if (wished) return
      wished = true
      later(soon, () => {
        wished = false
        // A count that can't be had now comes with the next occasion; nothing else hangs on it.
        show().catch(() => undefined)
      })
    },
  }
}
