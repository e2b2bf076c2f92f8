import type { Verdict } from '../protocol.ts'
import { isRecord, isText } from './records.ts'

/** What a portal page is opened for. Goes with its ticket, and with what lets it come back. */
export type Entry =
  | {
      readonly show: 'portal'
      readonly place: 'frame' | 'window'
      readonly gateway: string
      readonly path: string
      readonly purpose: 'read' | 'reply'
    }
  | { readonly show: 'verdict'; readonly place: 'frame' | 'window'; readonly verdict: Verdict }

/** An entry out of storage; undefined where it isn't whole. */
export function readEntry(value: unknown): Entry | undefined {
  if (!isRecord(value)) return undefined
  const { show, place, gateway, path, purpose, verdict } = value
  if (place !== 'frame' && place !== 'window') return undefined
  // Nobody but the background writes there; a verdict that isn't whole shows nothing.
  if (show === 'verdict' && isRecord(verdict)) return { show, place, verdict: verdict as unknown as Verdict }
  if (show !== 'portal' || !isText(gateway, 300) || !isText(path, 2000)) return undefined
  if (purpose !== 'read' && purpose !== 'reply') return undefined
  return { show, place, gateway, path, purpose }
}
