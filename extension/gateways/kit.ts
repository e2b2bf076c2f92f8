import type { Surroundings } from './surroundings.ts'

/** Puts the second content script into a frame that has something to open. */
export type Kit = (tab: number, frame: number) => Promise<null>

/** Of the build: entrypoints/open.ts. */
const script = 'open.js'

/**
 * What opens the portal in a page is loaded only where there is something to open: every other page pays for the
 * finder alone. The asking frame is the browser's word (`sender`), so a page can only have it put where it is.
 */
export function createKit({ browser }: Pick<Surroundings, 'browser'>): Kit {
  return async (tab, frame) => {
    try {
      await browser.scripting.executeScript?.({ target: { tabId: tab, frameIds: [frame] }, files: [script] })
    } catch {
      // No permission any more, or the frame is gone: then a badge opens the extension's own window.
    }
    return null
  }
}
