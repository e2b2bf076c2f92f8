import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Rule, levelAt, waitOf } from '../../gateway/signin/limits.ts'
import { networkOf } from '../../gateway/signin/network.ts'

const backOff: Rule = { kind: 'back-off', free: 3, first: 10, longest: 100, forget: 100 }
const bucket: Rule = { kind: 'bucket', size: 3, refill: 10 }

describe('back-off', () => {
  test('waits twice as long each time, up to the longest', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((count) => waitOf(backOff, { count, since: 1000 }, 1000))
    expect(waits).toEqual([0, 0, 0, 10, 20, 40, 80, 100, 100])
  })

  test('forgives one try for each while of quiet', () => {
    const level = { count: 5, since: 1000 }
    expect(levelAt(backOff, level, 1099).count).toBe(5)
    expect(levelAt(backOff, level, 1100).count).toBe(4)
    expect(levelAt(backOff, level, 1500).count).toBe(0)
  })
})

describe('bucket', () => {
  test('allows its size at once, then one each refill', () => {
    expect(waitOf(bucket, { count: 2, since: 1000 }, 1000)).toBe(0)
    expect(waitOf(bucket, { count: 3, since: 1000 }, 1004)).toBe(6)
    expect(waitOf(bucket, { count: 3, since: 1000 }, 1010)).toBe(0)
    expect(levelAt(bucket, { count: 3, since: 1000 }, 1015)).toEqual({ count: 2, since: 1010 })
  })
})

test('nobody waits for ever, whatever the clock did', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(backOff, bucket),
      fc.record({ count: fc.nat(1000), since: fc.nat(100_000) }),
      fc.nat(100_000),
      (rule, level, now) => {
        const wait = waitOf(rule, level, now)
        return wait >= 0 && wait <= 100 + Math.max(0, level.since - now)
      },
    ),
  )
})

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
  ['2001:db8:1:2::', '20010db800010002/64'],
  ['fe80::1%eth0', 'fe80000000000000/64'],
  ['unix socket', 'unknown'],
  ['', 'unknown'],
])('%s counts as %s', (ip, network) => expect(networkOf(ip)).toBe(network))
