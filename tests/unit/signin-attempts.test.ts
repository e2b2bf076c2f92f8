import { expect, test } from 'vitest'
import { oneLine, supportCode, withoutSecrets } from '../../gateway/signin/attempts.ts'
import { createGate, createLanes } from '../../gateway/signin/gate.ts'

test('a support code can be read out on the telephone', () => {
  for (let count = 0; count < 500; count++) {
    expect(supportCode()).toMatch(/^[2-9ABCDEFGHJKMNPQRSTVWXYZ]{4}-[2-9ABCDEFGHJKMNPQRSTVWXYZ]{4}$/)
  }
})

test.each([
  ['https://portal.test/', 'https://portal.test/'],
  ['https://u:p@portal.test:8443/sign-in?next=x#y', 'https://portal.test:8443/sign-in'],
  [`https://portal.test/reset/${'a'.repeat(43)}`, 'https://portal.test/reset/aaaaaaaaaaaa…'],
  ['javascript:alert(1)', ''],
  ['nonsense', ''],
])('of the URL %s is kept %s', (url, kept) => expect(withoutSecrets(url)).toBe(kept))

test('a stranger’s text is one line of the log', () => {
  expect(oneLine('Mozilla\r\nFake: line\u001b[2J\u2028x\u202e', 300)).toBe('Mozilla Fake: line [2J x')
  expect(oneLine('x'.repeat(10_000), 300)).toHaveLength(300)
})

test('a gate lets few in, some wait, the rest are told to come again', async () => {
  const gate = createGate(2, 3)
  let inside = 0
  let most = 0
  const job = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 5))
    inside--
  }
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => gate(job)))
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(5)
  expect(most).toBe(2)
  await gate(job)
})

test('a job that fails leaves its place in the gate and in its lane', async () => {
  const gate = createGate(1, 5)
  const lane = createLanes(5)
  const bad = async () => Promise.reject(new Error('bad'))
  const good = async () => 'good'
  const gated = await Promise.allSettled([gate(bad), gate(good), gate(bad), gate(good)])
  const laned = await Promise.allSettled([lane('a', bad), lane('a', good), lane('b', good)])
  expect(gated.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
  expect(laned.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})

test('a lane runs one after the other and is bounded', async () => {
  const lane = createLanes(3)
  const order: number[] = []
  const results = await Promise.allSettled(
    [30, 10, 1, 1].map((delay, index) =>
      lane('a', async () => {
        await new Promise((resolve) => setTimeout(resolve, delay))
        order.push(index)
      }),
    ),
  )
  expect(order).toEqual([0, 1, 2])
  expect(results[3]).toMatchObject({ status: 'rejected', reason: { code: 'sign-in-busy', status: 503 } })
})
