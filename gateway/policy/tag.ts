import type { HeldOptions } from './definition.ts'

/** The mark a sender put into the subject: `[secure expires=7d noreply]`. */
export interface SenderTag {
  /** The word of the mark as it was looked for. */
  readonly word: string
  /** What the sender set. */
  readonly options: HeldOptions
  /** The subject without the mark. */
  readonly rest: string
}

const brackets = [
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
] as const

/** Most of a mark that is read, characters: subjects come from anyone and may be all brackets. */
const longest = 300

/**
 * Finds the first mark in a decoded subject: one of the words in (), [] or {}, letter case and width ignored (a
 * Japanese keyboard writes `［secure］`), then options in any order. An option that is not known is ignored, the
 * message is secure all the same. Undefined where there is no mark.
 */
export function senderTag(subject: string, words: readonly string[] = ['secure']): SenderTag | undefined {
  const text = subject.normalize('NFKC')
  const wanted = new Map(words.map((word) => [word.normalize('NFKC').toLowerCase(), word]))
  let found: { start: number; end: number; word: string; options: string[] } | undefined
  for (const [left, right] of brackets) {
    let end = -1
    for (let start = text.indexOf(left); start >= 0; start = text.indexOf(left, start + 1)) {
      if (found && found.start < start) break
      if (end < start) end = text.indexOf(right, start)
      if (end < 0) break
      const [first = '', ...options] = text
        .slice(start + 1, Math.min(end, start + longest))
        .toLowerCase()
        // What nobody sees (soft hyphens, joiners, direction marks) makes no other word of it.
        .replace(/\p{Cf}/gu, '')
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
      const word = wanted.get(first)
      if (word === undefined) continue
      found = { start, end, word, options }
      break
    }
  }
  if (!found) return undefined
  const rest = `${text.slice(0, found.start).trimEnd()} ${text.slice(found.end + 1).trimStart()}`.trim()
  return { word: found.word, options: readOptions(found.options), rest }
}

const flags: Record<string, HeldOptions> = {
  receipt: { receipt: true },
  noreceipt: { receipt: false },
  reply: { reply: true },
  noreply: { reply: false, replyAll: false },
  replyall: { replyAll: true },
  noreplyall: { replyAll: false },
  forward: { forward: true },
  noforward: { forward: false },
  print: { print: true },
  noprint: { print: false },
  download: { download: true },
  nodownload: { download: false },
  noremind: { reminderDays: null },
}

function readOptions(words: readonly string[]): HeldOptions {
  let options: HeldOptions = {}
  for (const word of words) {
    const flag = Object.hasOwn(flags, word) ? flags[word] : undefined
    const [name, value = ''] = word.split('=', 2)
    if (flag) options = { ...options, ...flag }
    else if (name === 'expires') options = { ...options, ...expiry(value) }
    else if (name === 'remind') options = { ...options, ...reminder(value) }
    else if (name === 'lang') options = { ...options, ...language(value) }
  }
  return options
}

const days: Record<string, number> = { h: 1 / 24, d: 1, w: 7 }

function expiry(text: string): HeldOptions {
  const count = daysIn(text)
  return count === undefined ? {} : { expiryDays: count }
}

function reminder(text: string): HeldOptions {
  const count = daysIn(text)
  return count === undefined ? {} : { reminderDays: count }
}

function daysIn(text: string): number | undefined {
  const match = /^(\d{1,5})([hdw])$/.exec(text)
  const count = Number(match?.[1]) * (days[match?.[2] ?? ''] ?? NaN)
  return count > 0 ? count : undefined
}

function language(text: string): HeldOptions {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/.test(text)) return {}
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    return tag === undefined ? {} : { language: tag }
  } catch {
    // Shaped like a language tag (RFC 5646) but none: an option that is not known.
    return {}
  }
}
