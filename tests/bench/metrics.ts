/** What a gateway's `/metrics` says now. Asking begins the next stretch of those that are since last asked. */
export interface Metrics {
  /** Sum over all labels; undefined where there is no such metric. */
  total(name: string): number | undefined
}

export async function metricsOf(httpUrl: string): Promise<Metrics> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text()
  return {
    total(name) {
      const lines = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))]
      return lines.length === 0 ? undefined : lines.reduce((sum, [, value]) => sum + Number(value), 0)
    },
  }
}

/** Mean of what a histogram (of seconds) observed between two moments, ms; undefined: nothing, or there is none. */
export function meanOf(name: string, before: Metrics, after: Metrics): number | undefined {
  const since = (part: string) =>
    (after.total(`${name}_${part}`) ?? 0) - (before.total(`${name}_${part}`) ?? 0)
  const count = since('count')
  return count > 0 ? (since('sum') / count) * 1000 : undefined
}
