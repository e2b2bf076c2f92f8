/** What a domain asks of those who send mail to it (RFC 8461 section 3.2). */
export interface MtaStsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Names of mail servers, A-labels; `*.` stands for one label. */
  readonly mx: readonly string[]
  /** Seconds for which it is to be remembered. */
  readonly maxAge: number
}

/** Id of the policy that a TXT record announces, or undefined where it is none. */
export function announcedId(records: readonly string[]): string | undefined {
  const ours = records.filter((record) => /^v=STSv1\s*;/.test(record))
  const [record] = ours
  // Section 3.1: where there are several, there is none.
  if (record === undefined || ours.length > 1) return undefined
  return /;\s*id\s*=\s*([A-Za-z0-9]{1,32})\s*(?:;|$)/.exec(record)?.[1]
}

/** Undefined where the text is no policy. */
export function toMtaStsPolicy(text: string): MtaStsPolicy | undefined {
  const fields = text
    .split(/\r?\n/)
    .map((line) => /^([A-Za-z0-9][\w.-]{0,31})[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line))
    .map((match): [string, string] => [match?.[1] ?? '', match?.[2] ?? ''])
  const first = (name: string) => fields.find(([key]) => key === name)?.[1]
  const mode = first('mode')
  const age = first('max_age') ?? ''
  if (first('version') !== 'STSv1' || !isMode(mode) || !/^\d{1,10}$/.test(age)) return undefined
  const mx = fields
    .filter(([key, value]) => key === 'mx' && value !== '')
    .map(([, value]) => value.toLowerCase())
  if (mode !== 'none' && mx.length === 0) return undefined
  // Section 3.2: a year at most.
  return { mode, mx, maxAge: Math.min(Number(age), 31_557_600) }
}

function isMode(text: string | undefined): text is MtaStsPolicy['mode'] {
  return text === 'enforce' || text === 'testing' || text === 'none'
}

/** Whether a server is one of those the policy names (section 4.1). */
export function isNamed({ mx }: MtaStsPolicy, host: string): boolean {
  return mx.some((pattern) =>
    pattern.startsWith('*.')
      ? host.slice(host.indexOf('.') + 1) === pattern.slice(2) && host.indexOf('.') > 0
      : host === pattern,
  )
}
