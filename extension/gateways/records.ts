/** Reading what comes from storage, from messages and from gateways: nothing is taken for what it says it is. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The entries of a record that are what they should be; anything else is dropped. */
export function readRecord<T>(value: unknown, read: (value: unknown) => T | undefined): Record<string, T> {
  if (!isRecord(value)) return {}
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const it = read(one)
    return it === undefined ? [] : [[key, it] as const]
  })
  return Object.fromEntries(entries)
}

export function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most
}

/** The record without an entry. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key))
}
