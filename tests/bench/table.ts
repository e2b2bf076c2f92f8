/** A table in Markdown, its columns in line. The first row is the head. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |\n`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('')
}

/** 1234567 is `1,234,567`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** A time in ms, with as many digits as tell something. */
export function ms(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-'
  return value < 10 ? value.toFixed(value < 1 ? 2 : 1) : whole(value)
}

/** Bytes as MB. */
export function megabytes(bytes: number): string {
  return whole(bytes / 1e6)
}
