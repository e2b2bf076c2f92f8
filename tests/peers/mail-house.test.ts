/** The servers that the stories in webmail are told in: each test has its own, and several run side by side. */
import { beforeEach, expect, test } from 'vitest'
import { startMailHouse } from './mail-house.ts'
import { requireMailHouse } from './require.ts'
import { connectSender } from './sender.ts'

beforeEach((context) => requireMailHouse(context))

const data = (subject: string) => `From: ann@example.test\r\nSubject: ${subject}\r\n\r\nHello\r\n`

test('mail arrives in the inbox it is for, and in no other house', async () => {
  await using one = await startMailHouse({ 'bob@house.test': 'bob pw', 'carol@house.test': 'carol pw' })
  await using other = await startMailHouse({ 'bob@house.test': 'bob pw' })
  using sender = await connectSender(one.smtpPort)
  const send = (to: string) => sender.send({ from: 'ann@example.test', to: [to], data: data(`For ${to}`) })
  expect(await send('bob@house.test')).toMatch(/^250/)
  expect(await send('nobody@house.test')).toMatch(/^550/)
  await expect
    .poll(async () => (await one.inbox('bob@house.test')).map((mail) => mail.subject), { timeout: 20_000 })
    .toEqual(['For bob@house.test'])
  expect(await one.inbox('carol@house.test')).toEqual([])
  expect(await other.inbox('bob@house.test')).toEqual([])
})

test('the webmail answers, and nothing of it runs any more once it is stopped', async () => {
  const house = await startMailHouse({ 'bob@house.test': 'bob pw' })
  try {
    const page = await fetch(house.url)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('rcmloginuser')
  } finally {
    await house[Symbol.asyncDispose]()
  }
  await expect(fetch(house.url)).rejects.toThrow()
})
