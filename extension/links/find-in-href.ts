import { marker } from '../../shared/link/index.ts'
import type { Found } from '../protocol.ts'
import { parse } from './address.ts'
import { findInText } from './find-in-text.ts'
import { mayBeMarked } from './marked.ts'
import { destination, type Rewritten } from './destination.ts'

/** Longer texts of links are cut: what a link shows stands at its beginning. */
const longest = 2000

/**
 * What of ours is in a link. Ask where `mayBeMarked(href)`, or where the link's text has the marker in it.
 *
 * @param href absolute, as of the property `href`; anything but http and https gives undefined.
 * @param shownText the link's text.
 * @param unwrap whether links that mail filters have rewritten are decoded; else they count as unreadable.
 * @returns undefined where there is nothing of ours, or where only a mail filter knows the destination.
 */
export function findInHref(href: string, shownText: string, { unwrap }: Rewritten): Found | undefined {
  if (!mayBeMarked(href) && !shownText.includes(marker)) return undefined
  const url = parse(href)
  const value = url && destination(url, { unwrap })
  if (value === undefined) return undefined
  const shown = findInText(shownText.slice(0, longest), { unwrap }).find(({ kind }) => kind === 'link')
  if (shown && shown.value !== value) return { kind: 'link', value, shows: shown.value }
  return value.includes(marker) ? { kind: 'link', value } : undefined
}
