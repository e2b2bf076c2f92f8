import { type NoticeWords, formatMoment, noticeWords } from '../../../shared/i18n/notices/index.ts'
import { type ShownPerson, cleanName, isolate } from '../clean.ts'
import type { Fact, Letter } from '../letter.ts'

/** Where and in which words a letter is written. */
export interface Setting {
  readonly words: NoticeWords
  /** The account's name, marked. */
  readonly organisation: string
  /** Host of the portal as people see it in their browser, with the port where it has one. */
  readonly host: string
  readonly origin: string
  moment(at: number): string
}

export function settingOf(options: {
  language: string
  organisation: string
  origin: string
  timeZone: string
}): Setting {
  const { words, locale } = noticeWords(options.language)
  const { host } = new URL(options.origin)
  return {
    words,
    organisation: isolate(cleanName(options.organisation) || host),
    host,
    origin: options.origin,
    moment: (at) => formatMoment(at, locale, options.timeZone),
  }
}

/** What every letter to `address` has in common. */
export function common({ words, organisation, host }: Setting, address: string) {
  return {
    language: words.language,
    direction: words.direction,
    organisation,
    host,
    footer: [words.footer(organisation, host, isolate(address))],
  } satisfies Partial<Letter>
}

/** A person as a fact: the name with the address below, or the address with what it calls itself. */
export function personFact(label: string, person: ShownPerson, words: NoticeWords): Fact {
  if (person.name !== undefined) return { label, value: isolate(person.name), note: isolate(person.address) }
  if (person.claimed !== undefined)
    return { label, value: isolate(person.address), remark: words.callsItself(isolate(person.claimed)) }
  return { label, value: isolate(person.address) }
}
