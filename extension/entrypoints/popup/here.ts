import type { Site } from '../../protocol.ts'
import { hostOf, isOn, patternOf } from '../../pages/index.ts'

/** The page the popup was opened over, as far as the browser shows it. */
export type Here =
  /**
   * The browser keeps the address to itself: it shows it for sites that are allowed already, and elsewhere only
   * with `activeTab` (see docs/extension-policy.md).
   */
  | { readonly kind: 'unseen' }
  /** A page of the browser, a file, a new tab. */
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'site'
      /** What is switched: the site as it stands in the list, or the host alone. */
      readonly pattern: string
      readonly host: string
      /** Runs there: switched on, and the browser allows it. */
      readonly on: boolean
      /** The browser has given its permission already. */
      readonly allowed: boolean
      readonly by: Site['by'] | null
    }

/**
 * @param url of the tab, where the browser shows it.
 * @param contains whether a permission is given.
 */
export async function lookHere(
  url: string | undefined,
  sites: readonly Site[],
  contains: (pattern: string) => Promise<boolean>,
): Promise<Here> {
  if (url === undefined || url === '') return { kind: 'unseen' }
  const own = patternOf(url)
  if (own === undefined) return { kind: 'elsewhere' }
  const matching = sites.filter((site) => isOn(site.pattern, url))
  // Where two hold the same page, off is the stronger wish; else the site itself before `*.` of what it belongs to.
  const site =
    matching.find((one) => !one.on) ??
    matching.find((one) => !hostOf(one.pattern).startsWith('*')) ??
    matching[0]
  const pattern = site?.pattern ?? own
  const allowed = await contains(pattern)
  return {
    kind: 'site',
    pattern,
    host: new URL(url).hostname,
    on: (site?.on ?? false) && allowed,
    allowed,
    by: site?.by ?? null,
  }
}
