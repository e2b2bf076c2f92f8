import { join } from 'node:path'
import { openDatabase } from './sqlite-file.ts'

/** Damage of the database file told of at most. */
const most = 100

/**
 * Asks SQLite what is wrong with its file: pages, indexes, rows that point nowhere. Reads beside a running gateway,
 * which goes on; meanwhile its write-ahead log grows. Holds the calling thread for as long as reading the file takes.
 * @param quick without comparing indexes with tables, which takes most of the time.
 * @returns one line for each thing found; none where all is well. Throws where it can't be opened at all.
 */
export function inspectDatabase(directory: string, quick: boolean): string[] {
  const database = openDatabase(join(directory, 'postern.db'), true)
  try {
    const check = quick ? 'quick_check' : 'integrity_check'
    const found = database.prepare(`PRAGMA ${check}(${most})`).all()
    const lines = found.map((row) => String(row[check])).filter((line) => line !== 'ok')
    const loose = database.prepare('PRAGMA foreign_key_check').all()
    return [
      ...lines,
      ...loose
        .slice(0, most)
        .map((row) => `a row of ${String(row['table'])} points to none of ${String(row['parent'])}`),
    ]
  } finally {
    database.close()
  }
}
