import { badgesFor, countedAs, type Judged } from '../links/index.ts'
import type { Verdict } from '../protocol.ts'
import type { Sighting } from './sighting.ts'

/**
 * Which sightings get a badge: of each mail those that `badgesFor` picks, for a notification carries its link three
 * times (button, text, code); and every link of a look-alike, since each can be clicked.
 * @param sightings in the order of the document.
 * @returns what each of them counts as.
 */
export function choose(sightings: readonly Sighting[]): Map<Sighting, Judged> {
  const mails = new Map<Node, (Sighting & { verdict: Verdict })[]>()
  for (const one of sightings) {
    if (!one.rendered || !isJudged(one)) continue
    const mail = mails.get(one.mail)
    if (mail) mail.push(one)
    else mails.set(one.mail, [one])
  }
  const chosen = new Map<Sighting, Judged>()
  for (const mail of mails.values()) {
    const counted = countedAs(mail)
    badgesFor(counted).forEach((badge, index) => {
      const [one, as] = [mail[index], counted[index]]
      if (one && as && (badge.state !== 'none' || isForgedLink(as))) chosen.set(one, as)
    })
  }
  return chosen
}

const isJudged = (one: Sighting): one is Sighting & { verdict: Verdict } => one.verdict !== undefined

const isForgedLink = ({ found, verdict }: Judged): boolean =>
  found.kind === 'link' && verdict.state === 'look-alike'
