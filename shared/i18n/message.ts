/**
 * One text of a catalogue: words with `{parameters}`, or one such text for each plural form of the language
 * (Intl.PluralRules), chosen by the parameter `count`.
 */
export type Message = string | Plural

export interface Plural {
  readonly zero?: string
  readonly one?: string
  readonly two?: string
  readonly few?: string
  readonly many?: string
  readonly other: string
}

/** Names of the parameters in a text. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never

/** Names of the parameters of a message; a plural always takes `count`. */
export type ParameterNames<M> = M extends string
  ? Names<M>
  : M extends { readonly other: infer Other extends string }
    ? Names<Other> | 'count'
    : never

/** What a translation must look like: the same keys, words for words and plurals for plurals. */
export type Translation<Catalogue> = {
  readonly [Key in keyof Catalogue]: Catalogue[Key] extends string ? string : Plural
}

/** A text cut at its parameters: words at even places, names of parameters at odd ones. */
export function cut(text: string): string[] {
  return text.split(/\{(\w+)\}/)
}
