import { describe, expect, test } from 'vitest'
import { addressCommand, parameterFault } from '../../gateway/intake/parameters.ts'

function said(line: string, utf8 = false): string {
  const command = addressCommand(line)
  if (!command) return 'no path'
  const fault = parameterFault(/^mail/i.test(line) ? 'MAIL' : 'RCPT', command, utf8)
  return fault ? `${fault.responseCode} ${fault.message}` : 'taken'
}

describe('parameters that are taken', () => {
  for (const line of [
    'MAIL FROM:<>',
    'MAIL FROM: <a@b.test>',
    'MAIL FROM:<a@b.test> SIZE=12 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159 REQUIRETLS AUTH=<>',
    'mail from:<a@b.test> envid=a+2Bb+3Dc+20d',
    `MAIL FROM:<a@b.test> ENVID=${'x'.repeat(100)}`,
    'RCPT TO:<a@b.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bnews@b.test',
    'RCPT TO:<a@b.test>   NOTIFY=NEVER  ',
    'RCPT TO:<a@b.test> ORCPT=x400;/C+3Dde/S+3Dbob/',
    'RCPT TO:<a@b.test> ORCPT=utf-8;j\\x{F6}@b.test',
    `RCPT TO:<a@b.test> ORCPT=rfc822;${'x'.repeat(493)}`,
  ]) {
    test(line.slice(0, 80), () => expect(said(line)).toBe('taken'))
  }

  test('an original recipient beyond ASCII, where the message is internationalised', () => {
    expect(said('RCPT TO:<a@b.test> ORCPT=utf-8;jö@b.test', true)).toBe('taken')
  })
})

describe('parameters that are refused, and why', () => {
  const table: [line: string, answer: string][] = [
    ['MAIL FROM:<a@b.test> FOO', '555 5.5.4 MAIL has a parameter that is not known here: FOO'],
    ['MAIL FROM:<a@b.test> NOTIFY=NEVER', '555 5.5.4 MAIL has a parameter that is not known here: NOTIFY'],
    ['RCPT TO:<a@b.test> SIZE=3', '555 5.5.4 RCPT has a parameter that is not known here: SIZE'],
    ['RCPT TO:<a@b.test> __proto__=x', '501 5.5.4 RCPT has a malformed parameter'],
    [
      'RCPT TO:<a@b.test> CONSTRUCTOR=x',
      '555 5.5.4 RCPT has a parameter that is not known here: CONSTRUCTOR',
    ],
    ['MAIL FROM:<a@b.test> =5', '501 5.5.4 MAIL has a malformed parameter'],
    ['MAIL FROM:<a@b.test> SIZE=', '501 5.5.4 MAIL has a malformed parameter'],
    ['MAIL FROM:<a@b.test> SMTPUTF8=1', '501 5.5.4 SMTPUTF8 takes no value'],
    ['MAIL FROM:<a@b.test> REQUIRETLS=yes', '501 5.5.4 REQUIRETLS takes no value'],
    ['MAIL FROM:<a@b.test> ENVID', '501 5.5.4 ENVID needs a value'],
    ['MAIL FROM:<a@b.test> ENVID=a=b', '501 5.5.4 ENVID has a malformed value'],
    ['MAIL FROM:<a@b.test> ENVID=a+2bb', '501 5.5.4 ENVID is not well-formed xtext (RFC 3461 section 4)'],
    ['MAIL FROM:<a@b.test> ENVID=a+0D+0Ab', '501 5.5.4 ENVID is not well-formed xtext (RFC 3461 section 4)'],
    ['MAIL FROM:<a@b.test> ENVID=a+7F', '501 5.5.4 ENVID is not well-formed xtext (RFC 3461 section 4)'],
    [`MAIL FROM:<a@b.test> ENVID=${'x'.repeat(101)}`, '501 5.5.4 ENVID is longer than 100 characters'],
    ['RCPT TO:<a@b.test> ORCPT', '501 5.5.4 ORCPT needs a value'],
    ['RCPT TO:<a@b.test> ORCPT=bob@b.test', '501 5.5.4 ORCPT is to be given as type;address'],
    [
      'RCPT TO:<a@b.test> ORCPT=rfc822;bob+news@b.test',
      '501 5.5.4 The address of ORCPT is not well-formed xtext (RFC 3461 section 4)',
    ],
    ['RCPT TO:<a@b.test> ORCPT=utf-8;jö@b.test', '501 5.5.4 ORCPT has a malformed value'],
    [`RCPT TO:<a@b.test> ORCPT=rfc822;${'x'.repeat(494)}`, '501 5.5.4 ORCPT is longer than 500 characters'],
    ['RCPT TO:<"a b"@c.test> NOTIFY=NEVER', 'taken'],
    ['MAIL FROM:a@b.test', 'no path'],
  ]
  for (const [line, answer] of table) test(line.slice(0, 80), () => expect(said(line)).toBe(answer))
})

test('an address keeps every letter, and loses a source route', () => {
  expect(addressCommand('RCPT TO:<@relay.test,@other.test:Bob@XN--JGEVA-dua.ee> NOTIFY=never')).toEqual({
    address: 'Bob@XN--JGEVA-dua.ee',
    parameters: new Map([['NOTIFY', 'never']]),
  })
})
