/** How much of what a person sees may be lost by fading, all ancestors taken together. */
export const leastOpacity = 0.9

/** Scales that are still read as they are: page zoom of a webmail, a transition's last frame. */
const [smallest, largest] = [0.8, 1.5]

/** Filters that leave everything to be read, with the range in which they do; dark modes are made of them. */
const harmless: Readonly<Record<string, (amount: number) => boolean>> = {
  invert: (amount) => amount <= 0.1 || amount >= 0.85,
  'hue-rotate': () => true,
  'drop-shadow': () => true,
  grayscale: () => true,
  sepia: () => true,
  saturate: () => true,
  brightness: (amount) => amount >= 0.7 && amount <= 1.4,
  contrast: (amount) => amount >= 0.7 && amount <= 1.6,
  opacity: (amount) => amount >= leastOpacity,
  blur: (amount) => amount < 0.5,
}

/** Whether an element's style makes what is in it another thing to the eye. Opacity is counted by the caller. */
export function altered(style: CSSStyleDeclaration): boolean {
  const of = (name: string) => style.getPropertyValue(name) || 'none'
  return (
    !readable(of('filter')) ||
    !['normal', 'none'].includes(of('mix-blend-mode')) ||
    [of('mask-image'), of('-webkit-mask-box-image-source'), of('offset-path'), of('rotate')].some(set) ||
    !scaled(of('zoom')) ||
    !scaled(of('scale')) ||
    turned(of('transform'))
  )
}

const set = (value: string) => value !== 'none'

function readable(filter: string): boolean {
  if (filter === 'none') return true
  // `drop-shadow(rgb(0, 0, 0) 0px 1px)` has brackets of its own.
  const functions = filter.matchAll(/([\w-]+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)
  let rest = filter
  for (const [whole, name = '', amount = ''] of functions) {
    rest = rest.replace(whole, '')
    if (!harmless[name]?.(parseFloat(amount))) return false
  }
  return rest.trim() === ''
}

function scaled(value: string): boolean {
  if (['none', 'normal'].includes(value)) return true
  return value.split(' ').every((one) => fits(parseFloat(one) / (one.endsWith('%') ? 100 : 1)))
}

const fits = (scale: number) => scale >= smallest && scale <= largest

/** Moving is harmless; turning, mirroring, skewing, scaling and depth are not. */
function turned(transform: string): boolean {
  if (transform === 'none') return false
  const { a, b, c, d, m13, m14, m23, m24, m33, m34, m43, m44 } = new DOMMatrixReadOnly(transform)
  const near = (value: number, to: number) => Math.abs(value - to) < 0.01
  // A move in depth (m43) alone is flat without perspective, and webmails use it: translateZ(0).
  const flat =
    [m13, m14, m23, m24, m34].every((one) => near(one, 0)) && near(m33, 1) && near(m44, 1) && near(m43, 0)
  return !flat || !near(b, 0) || !near(c, 0) || !fits(a) || !fits(d)
}
