import { distance } from './distance.ts'
import { skeleton, unicode } from './letters.ts'
import { split } from './suffix.ts'

/**
 * Whether one host name may be taken for another. Names below the same domain are its owner's own, so only letters
 * that look the same count there.
 *
 * Decision: whether `secure.acme.de` imitates `secure.acne.de` is measured in the part that somebody registered
 * (`acme`), not in the whole name: companies have hosts of the same name, and short names are near each other.
 */
export function alike(hostname: string, own: string): boolean {
  const [name, model] = [unicode(hostname), unicode(own)].map((one) => one.replace(/\.$/, ''))
  if (name === undefined || model === undefined) return false
  const [seen, meant] = [skeleton(name), skeleton(model)]
  if (seen === meant) return true
  if (!meant.includes('.')) return false
  if (split(name).domain === split(model).domain) return false
  if (`.${seen}.`.includes(`.${meant}.`)) return true

  const [of, it] = [split(meant), split(seen)]
  // Letters that look the same in the registered part: `exarnple.com`.
  if (it.domain === of.domain) return true
  // Without dots and hyphens: `secure-example-com.test`, `login-secure.example.com.test`.
  if (meant.length >= 8 && close(seen).includes(close(meant))) return true
  const label = of.sub === '' ? it.label : seen
  const core = close(of.sub + of.label)
  if (core.length >= 8 && close(label).includes(core)) return true
  if (it.sub === of.sub && it.label === of.label && of.label.length >= 4) return true

  const far = of.label.length >= 12 ? 2 : of.label.length >= 6 ? 1 : 0
  return (it.suffix === of.suffix || it.sub === of.sub) && distance(it.label, of.label) <= far
}

/** Dots and hyphens are hardly read. */
function close(name: string): string {
  return name.replace(/[.-]/g, '')
}
