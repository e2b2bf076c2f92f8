import { Buffer } from 'node:buffer'
import { create, parse } from 'content-disposition'
import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { safeName } from '../../gateway/http/download.ts'
import { parseRange } from '../../gateway/http/ranges.ts'
import { type ZipEntry, zip } from '../../gateway/http/zip.ts'

describe('the name of a downloaded file', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['Übersicht 2026.xlsx', 'Übersicht 2026.xlsx'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\Windows\\system32\\evil.exe', 'C__Windows_system32_evil.exe'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\r\nSet-Cookie: x=y', 'aSet-Cookie_ x=y'],
    ['quo"te;.txt', 'quo_te;.txt'],
    ['nul\0byte.txt', 'nulbyte.txt'],
    ['.htaccess', 'htaccess'],
    ['  ', 'file'],
    ['', 'file'],
    ['..', 'file'],
    ['name. . .', 'name'],
    ['契約書.pdf', '契約書.pdf'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  test('a name of 300 characters is cut, its extension kept', () => {
    const name = safeName(`${'x'.repeat(300)}.docx`)
    expect(name).toHaveLength(200)
    expect(name).toMatch(/x\.docx$/)
  })

  test('whatever the name, the header is one line that gives the safe name back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeName(name)
        const header = create(safe)
        expect(header).toMatch(/^[\x20-\x7e]*$/)
        expect(parse(header).parameters['filename']).toBe(safe)
        expect(safe).not.toMatch(/[\\/\0\r\n"]|^\./)
      }),
    )
  })
})

describe('a range request', () => {
  test.each([
    ['bytes=0-99', { start: 0, end: 100 }],
    ['bytes=900-', { start: 900, end: 1000 }],
    ['bytes=-100', { start: 900, end: 1000 }],
    ['bytes=-5000', { start: 0, end: 1000 }],
    ['bytes=990-5000', { start: 990, end: 1000 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    [undefined, undefined],
    ['bytes=', undefined],
    ['bytes=-', undefined],
    ['bytes=5-1', undefined],
    ['bytes=0-1,5-6', undefined],
    ['lines=0-1', undefined],
    ['bytes=0x1-2', undefined],
    ['bytes=99999999999999999999-', undefined],
  ])('%j of 1000 bytes is %j', (header, range) => {
    expect(parseRange(header, 1000)).toEqual(range)
  })

  test('nothing can be taken of an empty file', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable')
  })
})

describe('all attachments as one archive', () => {
  const entry = (name: string, ...chunks: string[]) => ({
    name,
    async *read() {
      for (const chunk of chunks) yield Buffer.from(chunk)
    },
  })
  const unpacked = async (...entries: ZipEntry[]) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of zip(entries, Date.UTC(2026, 0, 1))) chunks.push(chunk)
    return unzipSync(Buffer.concat(chunks))
  }

  test('every file comes out as it went in', async () => {
    const files = await unpacked(entry('a.txt', 'hello ', 'world'), entry('ä.bin', ''), entry('b', 'x'))
    expect(Object.keys(files)).toEqual(['a.txt', 'ä.bin', 'b'])
    expect(Buffer.from(files['a.txt'] ?? '').toString()).toBe('hello world')
    expect(files['ä.bin']).toHaveLength(0)
  })

  test('files of one name are all there, none outside the folder it is unpacked in', async () => {
    const files = await unpacked(
      entry('a.txt', '1'),
      entry('A.txt', '2'),
      entry('../a.txt', '3'),
      entry('a.txt', '4'),
    )
    expect(Object.keys(files)).toEqual(['a.txt', 'A (2).txt', '_a.txt', 'a (3).txt'])
  })

  test('a file that can not be opened breaks the archive off', async () => {
    const broken = {
      name: 'broken',
      // eslint-disable-next-line require-yield -- it fails before there is anything
      async *read(): AsyncGenerator<Buffer> {
        throw new Error('sealed wrongly')
      },
    }
    await expect(unpacked(entry('a', 'x'), broken)).rejects.toThrow('sealed wrongly')
  })
})
