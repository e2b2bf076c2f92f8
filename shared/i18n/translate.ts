import { createFormats, type Formats } from './format.ts'
import { directionOf } from './language.ts'
import { cut, type Message, type ParameterNames } from './message.ts'

type Value = string | number

/** The second argument: absent where the text takes no parameters, else exactly those it takes. */
type Arguments<Catalogue, Key extends keyof Catalogue, V> = [ParameterNames<Catalogue[Key]>] extends [never]
  ? []
  : [parameters: Readonly<Record<ParameterNames<Catalogue[Key]>, V>>]

export type Translate<Catalogue> = <Key extends keyof Catalogue & string>(
  key: Key,
  ...parameters: Arguments<Catalogue, Key, Value>
) => string

export interface I18n<Catalogue> extends Formats {
  /** BCP 47 tag. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly t: Translate<Catalogue>
  /** The text cut at its parameters, for parameters that are more than words (a link, a name set apart). */
  parts<Key extends keyof Catalogue & string, V>(
    key: Key,
    ...parameters: Arguments<Catalogue, Key, V | Value>
  ): (V | string)[]
}

/**
 * Words and formats of one language over one catalogue.
 * @param region tag by which dates and numbers are written, such as `en-GB`; the language's own without it.
 * @param zone IANA name of a time zone; the reader's own without it.
 */
export function createI18n<Catalogue extends Readonly<Record<keyof Catalogue, Message>>>(
  language: string,
  catalogue: Catalogue,
  { region = language, zone }: { region?: string; zone?: string } = {},
): I18n<Catalogue> {
  const rules = new Intl.PluralRules(language)
  const formats = createFormats(region, zone)

  const textOf = (
    key: keyof Catalogue,
    parameters: Readonly<Record<string, unknown>> | undefined,
  ): string => {
    const message: Message = catalogue[key]
    if (typeof message === 'string') return message
    const count = parameters?.count
    return message[rules.select(typeof count === 'number' ? count : 0)] ?? message.other
  }
  const parts = (key: keyof Catalogue, parameters?: Readonly<Record<string, unknown>>): unknown[] =>
    cut(textOf(key, parameters))
      .map((piece, index) => {
        if (index % 2 === 0) return piece
        const value = parameters?.[piece]
        return typeof value === 'number' ? formats.number(value) : value
      })
      .filter((piece) => piece !== '')

  return {
    ...formats,
    language,
    direction: directionOf(language),
    t: (key, ...[parameters]) => parts(key, parameters).join(''),
    // What goes in as a parameter comes out in its place: the cast only says so.
    parts: <Key extends keyof Catalogue & string, V>(
      key: Key,
      ...[parameters]: Arguments<Catalogue, Key, V | Value>
    ) => parts(key, parameters) as (V | string)[],
  }
}
