import { parse } from './address.ts'
import { isRewritten, unwrap as unwrapped } from './rewriters.ts'

export interface Rewritten {
  /** Whether to decode links that mail filters have rewritten: a setting, which policy may lock. */
  readonly unwrap: boolean
}

/** Where a link leads, in the one spelling of browsers; undefined where only a mail filter knows. */
export function destination({ href }: URL, { unwrap }: Rewritten): string | undefined {
  if (!isRewritten(href)) return href
  const inner = unwrap ? unwrapped(href) : undefined
  return inner === undefined ? undefined : parse(inner)?.href
}
