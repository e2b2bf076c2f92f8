import { parse } from './address.ts'

/** Whole addresses that an address carries to somebody: values of its query, and encoded ones in its path. */
export function carried({ pathname, searchParams }: URL): URL[] {
  const parts = pathname.split('/').filter((part) => /%3a%2f/i.test(part))
  return [...searchParams.values(), ...parts.map(decoded)].flatMap((text) => parse(text) ?? [])
}

/** Percent-decoded, or as it is where it isn't encoded as it should be. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone `%` is a lone `%`.
    return text
  }
}
