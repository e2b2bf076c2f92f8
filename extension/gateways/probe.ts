import { toBase64Url } from '../../shared/link/index.ts'
import type { Surroundings } from './surroundings.ts'

type ProbeParts = Pick<Surroundings, 'random'> & {
  readonly browser: Pick<Surroundings['browser'], 'scripting'>
}

/** Gives the property's name; see `createProbe`. */
export type Probe = (tab: number, frame: number) => Promise<string | null>

/**
 * Prepares a frame of a tab for the content script's thorough look (webmail/frame-sight.ts), and gives back the name
 * of the property that turns it on; null where it can't be done.
 *
 * Threat: a picture of other controls with `pointer-events: none` over the portal. Hit tests don't see it, so clicks
 * go through to what is below. A style of user origin wins over everything a page says; a style query makes it work
 * only while the content script asks. The name is random, so a page does not find it out before.
 */
export function createProbe({ browser, random }: ProbeParts): Probe {
  const name = `--${toBase64Url(random(9)).replaceAll(/[^a-zA-Z]/g, 'p')}`
  const css = `@container style(${name}: 1) { *, ::before, ::after { pointer-events: auto !important } }`
  return async (tab, frame) => {
    try {
      if (!browser.scripting.insertCSS) return null
      // The frame itself and, where the mail is in a frame, the page around it.
      for (const one of new Set([0, frame]))
        await browser.scripting.insertCSS({ target: { tabId: tab, frameIds: [one] }, origin: 'USER', css })
      return name
    } catch {
      // No permission for one of them, or the frame is gone: the plain look is what is left.
      return name
    }
  }
}
