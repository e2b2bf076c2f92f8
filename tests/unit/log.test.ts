import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createLog } from '../../gateway/log.ts'

/** What stands in the log after something was logged. */
function logged(write: (log: ReturnType<typeof createLog>) => void, secrets: string[] = []): string {
  let text = ''
  const destination = { write: (line: string) => void (text += line) }
  write(createLog('trace', { secrets, destination }))
  return text
}

const thrown = (job: () => unknown): unknown => {
  try {
    return job()
  } catch (error) {
    return error
  }
}

describe('a line of the log', () => {
  test('leaves out what is secret by its name, at any depth, and keeps the rest', () => {
    const line = logged((log) =>
      log.info({
        size: 1,
        request: { headers: { Cookie: 'x', 'set-cookie': 'y', host: 'z' }, list: [{ token: 't' }] },
      }),
    )
    expect(JSON.parse(line)).toMatchObject({ size: 1, request: { headers: { host: 'z' }, list: [{}] } })
    expect(line).not.toMatch(/cookie|token/i)
  })

  test('tells of bytes how many they are, and follows no circle for ever', () => {
    const circle: Record<string, unknown> = { bytes: Buffer.alloc(20) }
    circle['self'] = circle
    expect(logged((log) => log.info({ circle }))).toContain('"bytes":"20 bytes"')
  })

  test('tells of an error its kind, words, place and causes, not what it carries', () => {
    const cause = Object.assign(new Error('disk'), { code: 'EIO', request: { password: 'x' } })
    const line = logged((log) =>
      log.error({ err: new AggregateError([cause], 'all failed', { cause }) }, 'failed'),
    )
    expect(JSON.parse(line)).toMatchObject({
      msg: 'failed',
      err: {
        type: 'AggregateError',
        message: 'all failed',
        stack: expect.stringMatching(/^at /) as string,
        cause: { type: 'Error', message: 'disk', code: 'EIO' },
        errors: [{ message: 'disk' }],
      },
    })
    expect(line).not.toContain('request')
  })

  test.each([
    ['JSON that can not be parsed', (): unknown => JSON.parse('secretsecret')],
    ['JSON that is cut', (): unknown => JSON.parse('{"a":secretsecretsecret')],
    ['an argument of the wrong type', () => Buffer.concat('secretsecret' as unknown as Buffer[])],
    ['a value out of range', () => Buffer.alloc('secretsecret' as unknown as number)],
    ['data of another form', () => z.strictObject({ a: z.literal(1) }).parse({ secretsecret: 2 })],
    ['a URL', () => new URL('secretsecret')],
  ])('does not repeat what an error quotes: %s', (_what, job) => {
    const error = thrown(job)
    expect(error).toBeInstanceOf(Error)
    for (const line of [logged((log) => log.error(error)), logged((log) => log.error({ err: error }, 'x'))])
      expect(line).not.toContain('secretsec')
  })

  const hex = '0123456789abcdef0123456789abcdef'
  test.each([
    ['a link', 'see https://x.test/m/postern1.k1.AbC_d-e.Zz9-_ please', 'postern1.k1'],
    ['a reset', 'GET /reset/abcdefghijklmnop-1234', 'abcdefghijklmnop'],
    ['a reply address', `550 <r+${hex}.${hex.slice(4)}@example.test> unknown`, hex.slice(4)],
    ['a temporary password', 'rejected: bk7wq-m3xzt-r9vcd-hp4ny seen', 'm3xzt'],
    ['a cookie', 'postern=abcdefghijklmnopqrst; Path=/', 'abcdefghijklmnop'],
    ['a cookie over https', '__Host-postern=abcdefghijklmnopqrst', 'abcdefghijklmnop'],
    ['a bearer token', 'Authorization: bearer abcdefgh.ijkl', 'abcdefgh'],
    ['AUTH', '500 unknown: AUTH PLAIN AGEAYmNkZWY=', 'AGEAYmNkZWY'],
    ['AUTH in two steps', 'auth login Ym9iQGV4', 'Ym9iQGV4'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----', 'MIIabc'],
  ])('loses %s wherever it stands', (_what, text, secret) => {
    expect(text).toContain(secret)
    for (const line of [logged((log) => log.info(text)), logged((log) => log.info({ reply: [text] }, 'x'))]) {
      expect(JSON.parse(line)).toBeTypeOf('object')
      expect(line).not.toContain(secret)
    }
  })

  test('keeps words that only look a little like one', () => {
    const text =
      'the auth page of postern, basic as it is, resets 2026-11-22 and r+1@example.test in well-known-every-words'
    expect(logged((log) => log.info(text))).toContain(text)
  })

  test('loses the secrets of the configuration in every encoding', () => {
    const secret = 'Zwölf "Boxkämpfer"/+1'
    const bytes = Buffer.from(secret)
    const encoded = [
      secret,
      encodeURIComponent(secret),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      ...[0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before, 1), bytes]).toString('base64')),
      ...[0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before, 1), bytes]).toString('base64url')),
    ]
    for (const form of encoded) {
      const inner = JSON.stringify(form.slice(4, -4)).slice(1, -1)
      expect(
        logged((log) => log.info({ reply: `535 ${form} no` })),
        form,
      ).toContain(inner)
      expect(
        logged((log) => log.info({ reply: `535 ${form} no` }), [secret]),
        form,
      ).not.toContain(inner)
    }
  })
})
