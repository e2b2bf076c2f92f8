import { expect, test } from 'vitest'
import { createRush, rushPause } from '../../gateway/delivery/rush.ts'

test('a rush begins with a hundred a second, and is over half a second after the last of it', () => {
  let at = 0
  const rush = createRush(() => at)
  const pour = (perSecond: number) => {
    for (let count = 0; count < perSecond; count++) {
      at += 1000 / perSecond
      rush.mark(1)
    }
  }
  pour(50)
  expect(rush.on).toBe(false)
  pour(200)
  expect(rush.on).toBe(true)
  at += 500
  expect(rush.on).toBe(false)
})

test('while it lasts, one dispatch after the other leaves, each after a pause', () => {
  let at = 0
  const rush = createRush(() => at)
  expect(rush.trickles).toBe(true)
  rush.sent()
  expect(rush.trickles).toBe(false)
  at += rushPause
  expect(rush.trickles).toBe(true)
})
