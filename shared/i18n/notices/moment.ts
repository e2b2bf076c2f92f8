const formats = new Map<string, Intl.DateTimeFormat>()

/** A moment as people write it, its time zone named: `21 December 2026 at 17:56 UTC`. @param at ms. */
export function formatMoment(at: number, locale: string, timeZone: string): string {
  return formatOf(locale, timeZone)
    .format(at)
    .replace(/[\u202f\u00a0]/g, ' ')
}

/** Making a format costs more than a notice's other words together; there are few. */
function formatOf(locale: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    })
    formats.set(key, format)
  }
  return format
}
