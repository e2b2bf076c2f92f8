import { decodeToken, marker } from '../../shared/link/index.ts'
import type { Found, LookAlikeReason, Verdict } from '../protocol.ts'
import { parse } from './address.ts'
import { carried } from './forwarder.ts'
import { disguised, hidden, imitated, mentioned } from './look-alike.ts'
import { isRewritten } from './rewriters.ts'
import { genuine, type Trust } from './verify.ts'

const none: Verdict = { state: 'none' }

/**
 * What a find is worth. Never throws, whatever a page hands in.
 *
 * Threat: an attacker writes the whole mail, and may hold genuine links of others. So genuine is only what a pinned
 * key signed, on exactly the origin it is pinned for, spelled in the one way; what looks like a trusted gateway and
 * isn't gets a warning; everything else gets no badge, for false alarms teach people to pass over true ones.
 *
 * @param trusted gateways with the keys that count now.
 * @param now ms since 1970.
 */
export async function judge(found: Found, trusted: readonly Trust[], now: number): Promise<Verdict> {
  try {
    if (found.kind === 'code') return await judgeCode(found.value, trusted, now)
    return await judgeShown(found, await judgeLink(found.value, trusted, now), trusted, now)
  } catch {
    // Not of the form it should have: nothing of ours.
    return none
  }
}

/** The key that judging lacks: one that a trusted gateway may have published since. Refresh once, then judge. */
export function needsKey(
  { kind, value }: Found,
  trusted: readonly Trust[],
): { gateway: string; kid: string } | undefined {
  const url = kind === 'link' ? parse(value) : undefined
  // A code doesn't say whose it is: where several are trusted, none is asked about another's messages.
  const home =
    kind === 'code' && trusted.length === 1 ? trusted[0] : trusted.find((one) => one.gateway === url?.origin)
  const kid = home && decodeToken(url ? (tokenIn(url, value) ?? '') : value)?.kid
  if (!home || kid === undefined || home.keys.some((key) => key.kid === kid)) return undefined
  return { gateway: home.gateway, kid }
}

async function judgeCode(text: string, trusted: readonly Trust[], now: number): Promise<Verdict> {
  for (const home of trusted) {
    const verdict = await genuine(text, home, now)
    if (verdict) return verdict
  }
  return decodeToken(text) ? { state: 'unknown', host: null, gateway: null } : none
}

async function judgeLink(value: string, trusted: readonly Trust[], now: number): Promise<Verdict> {
  const url = parse(value)
  // What a known mail filter keeps to itself says nothing about where it leads.
  if (!url || isRewritten(value)) return none
  const marked = isMarked(url)
  const token = tokenIn(url, value)
  const home = trusted.find(({ gateway }) => gateway === url.origin)
  if (home) {
    const verdict = token === undefined ? undefined : await genuine(token, home, now)
    return verdict ?? (marked ? lookAlike('not-signed', url, home.host) : none)
  }
  if (!marked) return none
  // No genuine link of anybody has a user in it: a name before `@` is there to be read as the host.
  if (url.username || url.password) {
    const of = hidden(url, trusted)
    return of ? lookAlike('hidden-host', url, of.host) : none
  }
  const disguise = disguised(url, trusted)
  if (disguise !== undefined) return lookAlike('mixed-scripts', url, disguise)
  const model = imitated(url, trusted)
  if (model) return lookAlike('imitates', url, model.host)
  const named = mentioned(url, trusted)
  if (named) {
    return (await forwards(url, trusted, now)) ? none : lookAlike('imitates', url, named.host)
  }
  return token === undefined ? none : { state: 'unknown', host: url.host, gateway: url.origin }
}

/** The text of a link may name another gateway than the link leads to. */
async function judgeShown(
  found: Found,
  verdict: Verdict,
  trusted: readonly Trust[],
  now: number,
): Promise<Verdict> {
  if (found.shows === undefined || verdict.state === 'look-alike') return verdict
  const [shown, url] = [parse(found.shows), parse(found.value)]
  // The same gateway: mail programs shorten what they show.
  if (!shown || !url || shown.origin === url.origin || isRewritten(found.value)) return verdict
  const home = trusted.find(({ gateway }) => gateway === shown.origin)
  if (!home || (await forwards(url, trusted, now))) return verdict
  return lookAlike('shows-another', url, home.host)
}

/**
 * Whether it carries a whole genuine link to somewhere: most likely a mail filter that isn't known here. Decision: no
 * badge, neither good nor bad; the code in the notification is found beside it. Warning would mark every notification
 * behind such a filter, and an attacker who wants no warning needs no marker in the first place.
 */
async function forwards(url: URL, trusted: readonly Trust[], now: number): Promise<boolean> {
  for (const target of carried(url)) {
    const token = tokenIn(target, target.href)
    const home = trusted.find(({ gateway }) => gateway === target.origin)
    if (token !== undefined && home && (await genuine(token, home, now))) return true
  }
  return false
}

/** The token of a link that is written exactly as a gateway writes it: no query, no user, nothing but `/m/<token>`. */
function tokenIn(url: URL, value: string): string | undefined {
  const text = url.pathname.slice('/m/'.length)
  const safe = url.protocol === 'https:' || /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)
  return safe && value === `${url.origin}/m/${text}` && decodeToken(text) ? text : undefined
}

/** Whether it poses as a link of ours: the word alone, as in an article about it, is nothing. */
function isMarked({ href }: URL): boolean {
  return href.includes(`/m/${marker}`) || /postern1\.[a-z0-9]{1,16}\.[\w-]{16}/.test(href)
}

function lookAlike(reason: LookAlikeReason, { host }: URL, of: string): Verdict {
  return { state: 'look-alike', reason, host, of }
}
