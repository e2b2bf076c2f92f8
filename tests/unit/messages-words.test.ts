import { describe, expect, test } from 'vitest'
import { displayName } from '../../gateway/messages/attachment-name.ts'
import { reminderOf, resolveOptions, warningOf } from '../../gateway/messages/held-options.ts'
import { plainText } from '../../gateway/messages/plain-text.ts'
import { type Account, AccountSettings } from '../../gateway/people/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

const day = 24 * 60 * 60 * 1000

describe('the name of an attachment', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\plan.doc', 'plan.doc'],
    ['evil\u202egpj.exe', 'evilgpj.exe'],
    ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie: x.txt'],
    ['Gr\u00c3\u00bc\u00c3\u009fe.txt', 'Grüße.txt'],
    ['Größe.txt', 'Größe.txt'],
    ['', 'attachment-1.pdf'],
    ['..', 'attachment-1.pdf'],
  ])('%j is shown as %j', (name, shown) => {
    expect(displayName(name, 'application/pdf', 0)).toBe(shown)
  })

  test('keeps its extension where it is cut', () => {
    expect(displayName(`${'x'.repeat(500)}.pdf`, 'application/pdf', 0)).toBe(`${'x'.repeat(196)}.pdf`)
  })
})

describe('the plain text of what was written', () => {
  test('has lines, bullets and quotation marks', () => {
    const html =
      '<div>Hello&nbsp;<b>you</b> &amp; all</div><ul><li>one</li><li>two</li></ul><blockquote><p>asked &lt;this&gt;<br>and that</p></blockquote><p>bye</p>'
    expect(plainText(html)).toBe('Hello you & all\n- one\n- two\n> asked <this>\n> and that\nbye')
  })

  test('leaves styles and scripts out and takes what is no HTML as it is', () => {
    expect(plainText('<style>p { color: red }</style><p>seen</p><script>bad()</script>')).toBe('seen')
    expect(plainText('a < b')).toBe('a')
    expect(plainText('&#128512; &#x110000; &unknown;')).toBe('😀 &#x110000; &unknown;')
  })

  test('is made in one pass, however hostile', () => {
    for (const html of ['<'.repeat(1_000_000), '<p'.repeat(500_000), '&'.repeat(1_000_000)]) plainText(html)
  })
})

describe('options of a held message', () => {
  const settings = AccountSettings.parse({ expiryDays: 30, permissions: { forward: false } })
  const vault = createVault(Buffer.alloc(32))
  const account: Account = {
    id: 'a',
    code: 'example',
    name: 'Example',
    settings,
    domains: ['example.test'],
    key: vault.account('a', vault.createAccountKey('a')),
  }

  test('come from the account where nobody says otherwise', () => {
    const options = resolveOptions(account, { options: {}, setBy: {} })
    expect(options).toMatchObject({ expiryDays: 30, receipt: false, permissions: settings.permissions })
    expect(new Set(Object.values(options.setBy))).toEqual(new Set(['account']))
  })

  test('a definition may do anything', () => {
    const by = 'definition' as const
    const options = resolveOptions(account, {
      options: { expiryDays: 90, forward: true, print: false },
      setBy: { expiryDays: by, forward: by, print: by },
    })
    expect(options).toMatchObject({ expiryDays: 90, permissions: { forward: true, print: false } })
    expect(options.setBy).toMatchObject({ expiryDays: by, forward: by, print: by, reply: 'account' })
  })

  test("are policy's choice where it made one, with who made it", () => {
    const options = resolveOptions(account, {
      options: { expiryDays: 7, reply: false, receipt: true },
      setBy: { expiryDays: 'sender', reply: 'sender', receipt: 'definition' },
    })
    expect(options).toMatchObject({
      expiryDays: 7,
      receipt: true,
      permissions: { reply: false, print: true },
    })
    expect(options.setBy).toMatchObject({
      expiryDays: 'sender',
      reply: 'sender',
      receipt: 'definition',
      print: 'account',
    })
    expect(resolveOptions(account, { options: { expiryDays: null }, setBy: {} }).expiryDays).toBeNull()
  })

  test('a reminder is the account’s, unless the sender or a definition wants another or none', () => {
    const reminding = { ...account, settings: AccountSettings.parse({ reminderDays: 5 }) }
    const resolved = (reminderDays?: number | null) =>
      resolveOptions(reminding, {
        options: reminderDays === undefined ? {} : { reminderDays },
        setBy: reminderDays === undefined ? {} : { reminderDays: 'sender' },
      })
    expect(resolveOptions(account, { options: {}, setBy: {} }).reminderDays).toBeNull()
    expect(resolved()).toMatchObject({ reminderDays: 5, setBy: { reminderDays: 'account' } })
    expect(resolved(2)).toMatchObject({ reminderDays: 2, setBy: { reminderDays: 'sender' } })
    expect(resolved(null)).toMatchObject({ reminderDays: null, setBy: { reminderDays: 'sender' } })
  })

  test('a reminder is never due after the end, and a warning comes three days before it, sooner for short lives', () => {
    const options = { ...resolveOptions(account, { options: {}, setBy: {} }), reminderDays: 3 }
    expect(reminderOf(options, 0, 30 * day)).toBe(3 * day)
    expect(reminderOf(options, 0, null)).toBe(3 * day)
    expect(reminderOf(options, 0, 3 * day)).toBeNull()
    expect(reminderOf({ ...options, reminderDays: null }, 0, null)).toBeNull()
    expect(warningOf(0, 30 * day)).toBe(27 * day)
    expect(warningOf(0, 4 * day)).toBe(3 * day)
    expect(warningOf(0, day)).toBe(0.75 * day)
    expect(warningOf(0, day - 1)).toBeNull()
    expect(warningOf(0, null)).toBeNull()
  })
})
