import { expect, test } from 'vitest'
import { lightness } from '../../extension/webmail/ground.ts'

test.each([
  ['rgb(255, 255, 255)', 1],
  ['rgb(0, 0, 0)', 0],
  ['rgba(255, 255, 255, 0.9)', 1],
  ['oklch(0.2 0.01 215)', 0.2],
  ['lab(90 0 0)', 0.9],
  ['color(srgb 1 1 1)', 1],
])('what lies behind a badge is as light as it looks: %s', (color, wanted) => {
  expect(lightness(color)).toBeCloseTo(wanted)
})

test.each(['rgba(0, 0, 0, 0)', 'rgba(255, 255, 255, 0.2)', 'transparent', ''])(
  'what can be seen through says nothing: %s',
  (color) => {
    expect(lightness(color)).toBeUndefined()
  },
)
