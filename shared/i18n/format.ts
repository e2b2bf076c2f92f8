/** How dates and sizes are written in a language. All times are milliseconds since 1970, in the reader's zone. */
export interface Formats {
  /** In lists: the time today, the day this year, else with the year. */
  listDate(at: number, now: number): string
  /** Day and time, long enough to be unmistakable: `12 March 2026, 14:05`. */
  date(at: number): string
  /** The day alone: `12 March 2026`. */
  day(at: number): string
  /** Everything, for support: weekday, seconds and zone. */
  exactDate(at: number): string
  /** `in 3 days`, `2 hours ago`; the largest unit of which at least one has passed. */
  relative(at: number, now: number): string
  /** Bytes as people read them: `20 MB` (1 MB = 1,000,000 bytes). */
  size(bytes: number): string
  number(value: number): string
  percent(share: number): string
  /** `Ann, Bo and Cy`. */
  list(words: readonly string[]): string
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

const spans = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** @param zone IANA name; without it the reader's own. */
export function createFormats(language: string, zone?: string): Formats {
  const dateFormat = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, zone === undefined ? options : { ...options, timeZone: zone })
  const time = dateFormat({ timeStyle: 'short' })
  const shortDay = dateFormat({ day: 'numeric', month: 'short' })
  const withYear = dateFormat({ day: 'numeric', month: 'short', year: 'numeric' })
  const dayOf = dateFormat({ year: 'numeric', month: '2-digit', day: '2-digit' })
  const yearOf = dateFormat({ year: 'numeric' })
  const full = dateFormat({ dateStyle: 'long', timeStyle: 'short' })
  const day = dateFormat({ dateStyle: 'long' })
  const exact = dateFormat({
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const list = new Intl.ListFormat(language)
  return {
    listDate: (at, now) => {
      if (dayOf.format(at) === dayOf.format(now)) return time.format(at)
      return yearOf.format(at) === yearOf.format(now) ? shortDay.format(at) : withYear.format(at)
    },
    date: (at) => full.format(at),
    day: (at) => day.format(at),
    exactDate: (at) => exact.format(at),
    relative: (at, now) => {
      const away = at - now
      for (const [unit, length] of spans)
        if (Math.abs(away) >= length) return relative.format(Math.trunc(away / length), unit)
      return relative.format(0, 'minute')
    },
    size: (bytes) => {
      const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3))
      const value = bytes / 1000 ** power
      return new Intl.NumberFormat(language, {
        style: 'unit',
        unit: sizes[power] ?? 'byte',
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
      }).format(value)
    },
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    list: (words) => list.format(words),
  }
}
