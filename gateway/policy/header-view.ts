/** The header fields of a message as a definition sees them. */
export interface HeaderView {
  /** Values of every field of this name (letter case ignored), unfolded and decoded, from top to bottom. */
  get(name: string): readonly string[]
  has(name: string): boolean
}

/** A view of fields that are decoded already. @param fields name and value, from top to bottom. */
export function headerView(fields: Iterable<readonly [name: string, value: string]>): HeaderView {
  const byName = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    const values = byName.get(key)
    if (values) values.push(value)
    else byName.set(key, [value])
  }
  return {
    get: (name) => byName.get(name.toLowerCase()) ?? [],
    has: (name) => byName.has(name.toLowerCase()),
  }
}
