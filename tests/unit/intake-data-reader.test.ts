import { describe, expect, test } from 'vitest'
import { DataReader } from '../../gateway/intake/data-reader.ts'
import { growth, linear } from '../fixtures/growth.ts'

/** Reads `wire` in pieces of `step` bytes; gives back the content, the fault and what came after the end. */
function read(wire: string, step = wire.length) {
  const reader = new DataReader()
  const bytes = Buffer.from(wire, 'latin1')
  let content = ''
  for (let at = 0; at < bytes.length; at += step) {
    const chunk = Buffer.from(bytes.subarray(at, at + step))
    const { content: part, end } = reader.read(chunk)
    content += part.toString('latin1')
    if (end >= 0) return { content, fault: reader.fault, rest: bytes.toString('latin1', at + end) }
  }
  return { content, fault: reader.fault, rest: undefined }
}

const steps = [1, 2, 3, 4, 5, 7, 1000]

describe('the payload as RFC 5321 has it', () => {
  const table: [wire: string, content: string, rest: string][] = [
    ['a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
    ['.\r\nQUIT', '', 'QUIT'],
    ['\r\n.\r\n', '\r\n', ''],
    ['..\r\n.\r\n', '.\r\n', ''],
    ['...\r\n.\r\n', '..\r\n', ''],
    ['.x\r\n.\r\n', 'x\r\n', ''],
    ['a\r\n..b\r\n..\r\nc\r\n.\r\n', 'a\r\n.b\r\n.\r\nc\r\n', ''],
    ['a.\r\n..\r\n\r\n.\r\n.\r\n', 'a.\r\n.\r\n\r\n', '.\r\n'],
    ['\xff\xfe\r\n.\r\n', '\xff\xfe\r\n', ''],
    ['a\r\n.\r\nwith a NUL \0 after', 'a\r\n', 'with a NUL \0 after'],
    ['a\r\n.\r\nafter\nthe end', 'a\r\n', 'after\nthe end'],
  ]
  for (const [wire, content, rest] of table) {
    test(JSON.stringify(wire), () => {
      for (const step of steps) {
        const got = read(wire, step)
        expect(got.fault).toBeUndefined()
        expect(got.content).toBe(content)
        expect(wire.endsWith(rest)).toBe(true)
        expect(got.rest).toBe(rest)
      }
    })
  }
})

describe('what is no end of data', () => {
  const table: [wire: string, fault: string][] = [
    ['a\n.\r\n', 'bare LF'],
    ['a\r\n.\n', 'bare LF'],
    ['a\n.\n', 'bare LF'],
    ['a\r.\r\n', 'bare CR'],
    ['a\r\n.\r', ''],
    ['a\r\n.\rx', 'bare CR'],
    ['a\r.\r', 'bare CR'],
    ['a\r\r\n.\r\r\n', 'bare CR'],
    ['a\n\r.\r\n', 'bare LF'],
    ['a\r\n\0.\r\n', 'NUL'],
    ['a\r\n.\0\r\n', 'NUL'],
    ['a\0\r\n', 'NUL'],
    ['a\r\n .\r\n', ''],
    ['a\r\n. \r\n', ''],
    ['a\r\n.', ''],
    ['a.\r\n', ''],
  ]
  for (const [wire, fault] of table) {
    test(`${JSON.stringify(wire)}${fault && `: ${fault}`}`, () => {
      for (const step of steps) {
        const got = read(wire, step)
        expect(got.rest).toBeUndefined()
        expect(got.fault ?? '').toBe(fault)
      }
    })
  }

  for (const [wire, fault] of table.filter(([, one]) => one !== '')) {
    test(`${JSON.stringify(wire)} is read to the real end, and nothing of it is given out after`, () => {
      for (const step of steps) {
        const smuggled = 'MAIL FROM:<eve@example.test>\r\nDATA\r\n'
        const got = read(`${wire}${smuggled}\r\n.\r\nNOOP\r\n`, step)
        expect(got.fault).toBe(fault)
        expect(got.rest).toBe('NOOP\r\n')
        expect(got.content).not.toContain('MAIL')
      }
    })
  }
})

test('a long message of dots, of bare LF or of bare CR takes no longer than its length', () => {
  for (const line of ['..\r\n', '\n', '\r', '\r\r\n', 'x']) {
    const chunk = Buffer.from(line.repeat(Math.ceil(65_536 / line.length)))
    const grown = growth(80, (chunks) => {
      const reader = new DataReader()
      for (let at = 0; at < chunks; at++) reader.read(chunk)
    })
    expect(grown, JSON.stringify(line)).toBeLessThan(linear)
  }
})
