import { Zip, ZipPassThrough } from 'fflate'
import { safeName } from './download.ts'

export interface ZipEntry {
  readonly name: string
  read(): AsyncIterable<Uint8Array>
}

/**
 * A zip archive of files, made while it is read: one chunk in memory at a time. Entries are stored, not
 * compressed: attachments mostly are compressed already, and sizes then say nothing of their content.
 * @param at the time written beside each entry, ms.
 */
export async function* zip(entries: Iterable<ZipEntry>, at: number): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = []
  const failures: Error[] = []
  const archive = new Zip((error, chunk) => {
    if (error) failures.push(error)
    else made.push(chunk)
  })
  const taken = new Set<string>()
  for (const entry of entries) {
    const file = new ZipPassThrough(unique(safeName(entry.name), taken))
    file.mtime = at
    archive.add(file)
    for await (const chunk of entry.read()) {
      file.push(chunk)
      yield* made.splice(0)
    }
    file.push(new Uint8Array(0), true)
    yield* made.splice(0)
  }
  archive.end()
  yield* made.splice(0)
  for (const failure of failures) throw failure
}

/** `a.txt`, then `a (2).txt`: compared without case, as some file systems do. */
function unique(name: string, taken: Set<string>): string {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]+)?$/s.exec(name) ?? []
  let candidate = name
  for (let n = 2; taken.has(candidate.toLowerCase()); n++) candidate = `${stem} (${n})${extension}`
  taken.add(candidate.toLowerCase())
  return candidate
}
