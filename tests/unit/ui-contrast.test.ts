import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

type Colour = readonly [red: number, green: number, blue: number]
type Theme = 'light' | 'dark'

const css = readFileSync(join(import.meta.dirname, '../../shared/ui/tokens.css'), 'utf8')

/** OKLCH to linear sRGB (CSS Color 4, section 10.8). Values outside are cut, as a screen does. */
function linear(lightness: number, chroma: number, hue: number): Colour {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const cut = (value: number) => Math.min(1, Math.max(0, value))
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

function token(name: string, theme: Theme): Colour {
  const found = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*)\\), oklch\\(([^)]*)\\)\\)`).exec(css)
  const values = found?.[theme === 'light' ? 1 : 2]?.split(' ').map(Number)
  const [lightness, chroma, hue] = values ?? []
  if (lightness === undefined || chroma === undefined || hue === undefined)
    throw new Error(`tokens.css has no --${name}`)
  return linear(lightness, chroma, hue)
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: Colour, b: Colour): number {
  const luminance = ([red, green, blue]: Colour) => 0.2126 * red + 0.7152 * green + 0.0722 * blue
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each([
    ['ink', 'paper'],
    ['ink', 'ground'],
    ['ink', 'grey-1'],
    ['ink', 'float'],
    ['grey-4', 'paper'],
    ['grey-4', 'ground'],
    ['grey-4', 'grey-1'],
    ['grey-4', 'float'],
    ['accent', 'paper'],
    ['accent', 'ground'],
    ['accent-strong', 'paper'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['red', 'paper'],
    ['red', 'ground'],
    ['amber', 'paper'],
    ['green', 'paper'],
  ])('%s on %s can be read (4.5)', (text, behind) => {
    expect(contrast(token(text, theme), token(behind, theme))).toBeGreaterThanOrEqual(4.5)
  })

  test.each([
    ['grey-3', 'paper'],
    ['grey-3', 'ground'],
    ['accent', 'float'],
  ])('a control in %s on %s can be made out (3)', (edge, behind) => {
    expect(contrast(token(edge, theme), token(behind, theme))).toBeGreaterThanOrEqual(3)
  })
})
