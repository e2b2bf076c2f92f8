import { describe, expect, test } from 'vitest'
import type { Account } from '../../gateway/people/index.ts'
import { AccountSettings } from '../../gateway/people/index.ts'
import {
  type Definition,
  type PolicyMessage,
  decide,
  defaultDefinitions,
  headerView,
} from '../../gateway/policy/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

const vault = createVault(Buffer.alloc(32, 7))

function account(settings: Partial<AccountSettings> = {}): Account {
  return {
    id: 'a',
    code: 'example',
    name: 'Example',
    settings: AccountSettings.parse(settings),
    domains: ['example.test', 'xn--jgeva-dua.ee'],
    key: vault.account('a', vault.createAccountKey('a')),
  }
}

function message(headers: Record<string, string> = {}, sender = 'ann@example.test'): PolicyMessage {
  return {
    sender,
    headers: headerView(Object.entries(headers)),
    subject: headers['Subject'] ?? '',
    size: 10_000,
  }
}

const to = 'bob@remote.test'
const plain = { secureThread: false }

function outcome(
  definitions: Definition[],
  headers: Record<string, string> = {},
  { recipient = to, secureThread = false, sender = 'ann@example.test' } = {},
) {
  return decide(account(), definitions, message(headers, sender), [recipient], { secureThread })[0]?.outcome
}

const definition = (
  conditions: Definition['conditions'],
  result: Definition['outcome'] = 'hold',
): Definition => ({ name: 'Test', conditions, outcome: result, options: {} })

describe('the default definitions hold what is marked', () => {
  const table: [headers: Record<string, string>, held: boolean][] = [
    [{ Subject: '[secure] Hi' }, true],
    [{ Subject: 'Re: {secure noreply} Hi' }, true],
    [{ 'X-Postern-Secure': 'yes' }, true],
    [{ 'x-postern-secure': ' YES ' }, true],
    [{ 'X-Postern-Secure': 'no' }, false],
    [{ Sensitivity: 'Company-Confidential' }, true],
    [{ sensitivity: 'company-confidential' }, true],
    [{ Sensitivity: 'Private' }, false],
    [{ Subject: 'Hi' }, false],
    [{}, false],
  ]
  for (const [headers, held] of table) {
    test(`${JSON.stringify(headers)} is ${held ? 'held' : 'relayed'}`, () => {
      expect(outcome(defaultDefinitions, headers)).toBe(held ? 'hold' : 'relay')
    })
  }

  test('a mark in a second Subject field counts as well', () => {
    const headers = headerView([
      ['Subject', 'Hi'],
      ['Subject', '[secure] Hi'],
    ])
    const [decision] = decide(
      account(),
      defaultDefinitions,
      { ...message(), headers, subject: 'Hi' },
      [to],
      plain,
    )
    expect(decision?.outcome).toBe('hold')
  })
})

describe('definitions', () => {
  test('the first that matches decides', () => {
    const relay = definition([{ type: 'recipient', any: ['@remote.test'] }], 'relay')
    const hold = definition([])
    expect(outcome([relay, hold])).toBe('relay')
    expect(outcome([hold, relay])).toBe('hold')
  })

  test('all conditions of one must match', () => {
    const both = definition([
      { type: 'sender', any: ['ann@example.test'] },
      { type: 'recipient', any: ['@remote.test'] },
    ])
    expect(outcome([both])).toBe('hold')
    expect(outcome([both], {}, { sender: 'eve@example.test' })).toBe('relay')
  })

  test('a message is split by recipient', () => {
    const decisions = decide(
      account(),
      [definition([{ type: 'recipient', any: ['@Secret.Test', 'carl@other.test'] }])],
      message(),
      ['bob@secret.test', 'carl@other.test', 'dora@other.test', 'eve@sub.secret.test'],
      plain,
    )
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['hold', 'hold', 'relay', 'relay'])
  })

  test('an address in Unicode matches its A-labels', () => {
    const rule = definition([{ type: 'recipient', any: ['@jõgeva.ee'] }])
    expect(outcome([rule], {}, { recipient: 'u@xn--jgeva-dua.ee' })).toBe('hold')
  })

  test('size, header presence and refusal', () => {
    expect(outcome([definition([{ type: 'size', atLeast: 10_000 }])])).toBe('hold')
    expect(outcome([definition([{ type: 'size', atLeast: 10_001 }])])).toBe('relay')
    expect(outcome([definition([{ type: 'header', name: 'List-Id' }])], { 'list-id': 'x' })).toBe('hold')
    const [decision] = decide(
      account(),
      [{ ...definition([], 'refuse'), refusal: 'Not to them' }],
      message(),
      [to],
      plain,
    )
    expect(decision).toMatchObject({ outcome: 'refuse', refusal: 'Not to them' })
  })

  test('one that cannot be evaluated throws instead of letting the message go', () => {
    expect(() => outcome([definition([{ type: 'text', pattern: 'x', atLeast: 1 }])])).toThrow(/text/)
  })
})

describe('an answer to a secure thread', () => {
  test('is held for everyone outside, not for colleagues', () => {
    expect(outcome(defaultDefinitions, {}, { secureThread: true })).toBe('hold')
    expect(outcome([], {}, { secureThread: true, recipient: 'eve@example.test' })).toBe('relay')
  })

  test('is held even where a definition relays', () => {
    expect(outcome([definition([], 'relay')], {}, { secureThread: true })).toBe('hold')
  })

  test('is refused where a definition refuses', () => {
    expect(outcome([definition([], 'refuse')], {}, { secureThread: true })).toBe('refuse')
  })

  test('bounces and automatic replies pass, unless a definition names them', () => {
    const automatic = { 'Auto-Submitted': 'auto-replied (vacation)' }
    expect(outcome(defaultDefinitions, automatic, { secureThread: true })).toBe('relay')
    expect(outcome(defaultDefinitions, {}, { secureThread: true, sender: '' })).toBe('relay')
    const receipt = { 'Content-Type': 'multipart/report; report-type=disposition-notification' }
    expect(outcome(defaultDefinitions, receipt, { secureThread: true })).toBe('relay')
    expect(outcome(defaultDefinitions, { ...automatic, Subject: '[secure] x' }, { secureThread: true })).toBe(
      'hold',
    )
    expect(outcome(defaultDefinitions, { 'Auto-Submitted': 'no' }, { secureThread: true })).toBe('hold')
  })
})

describe('options of a held message', () => {
  const decideOptions = (
    subject: string,
    options: Definition['options'] = {},
    settings: Partial<AccountSettings> = {},
  ) => {
    const [decision] = decide(
      account(settings),
      [{ ...definition([{ type: 'subject-tag', words: ['secure'] }]), options }],
      message({ Subject: subject }),
      [to],
      plain,
    )
    return { options: decision?.options, setBy: decision?.setBy }
  }

  test('tell who set what', () => {
    expect(decideOptions('[secure noprint expires=7d]', { receipt: true })).toEqual({
      options: { print: false, expiryDays: 7, receipt: true },
      setBy: { print: 'sender', expiryDays: 'sender', receipt: 'definition' },
    })
  })

  test("a sender's expiry is not longer than the account's", () => {
    expect(decideOptions('[secure expires=90d]').options).toEqual({})
    expect(decideOptions('[secure expires=90d]', {}, { expiryDays: null }).options).toEqual({
      expiryDays: 90,
    })
    expect(decideOptions('[secure expires=90d]', { expiryDays: 60 })).toEqual({
      options: { expiryDays: 60 },
      setBy: { expiryDays: 'definition' },
    })
  })

  test('a sender may forbid more, not allow what account or definition forbid', () => {
    const permissions = { reply: true, replyAll: true, forward: true, print: true, download: true }
    expect(decideOptions('[secure forward]').options).toEqual({})
    expect(decideOptions('[secure forward]', {}, { permissions }).options).toEqual({})
    expect(decideOptions('[secure forward]', { forward: true })).toEqual({
      options: { forward: true },
      setBy: { forward: 'definition' },
    })
    expect(decideOptions('[secure noprint]', {}, { permissions }).options).toEqual({ print: false })
    expect(decideOptions('[secure forward]', { forward: false })).toEqual({
      options: { forward: false },
      setBy: { forward: 'definition' },
    })
    expect(decideOptions('[secure noforward]', { forward: true })).toEqual({
      options: { forward: false },
      setBy: { forward: 'sender' },
    })
  })

  test('a sender may ask for a reminder, or for none', () => {
    expect(decideOptions('[secure remind=2d]', { reminderDays: 7 })).toEqual({
      options: { reminderDays: 2 },
      setBy: { reminderDays: 'sender' },
    })
    expect(decideOptions('[secure noremind]', { reminderDays: 7 }).options).toEqual({ reminderDays: null })
    expect(decideOptions('[secure]', { reminderDays: 7 }).setBy).toEqual({ reminderDays: 'definition' })
  })

  test('count also where another definition than the tag decides', () => {
    const rules: Definition[] = [definition([{ type: 'recipient', any: [to] }]), ...defaultDefinitions]
    const [decision] = decide(account(), rules, message({ Subject: '[secure noreply] x' }), [to], plain)
    expect(decision).toMatchObject({ definition: 'Test', options: { reply: false } })
  })

  test('are empty where nothing is held', () => {
    const [decision] = decide(account(), [], message({ Subject: '[secure noreply] x' }), [to], plain)
    expect(decision).toEqual({ address: to, outcome: 'relay', definition: null, options: {}, setBy: {} })
  })
})
