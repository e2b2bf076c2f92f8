/** Decodes one label of an internationalised name, without its `xn--` (RFC 3492 section 6.2). */
export function fromPunycode(text: string): string | undefined {
  const cut = text.lastIndexOf('-')
  const output = Array.from(text.slice(0, Math.max(cut, 0)))
  let [code, bias, at] = [128, 72, 0]
  let position = cut < 0 ? 0 : cut + 1
  while (position < text.length) {
    const before = at
    for (let [weight, k] = [1, 36]; ; k += 36) {
      const digit = digitOf(text[position++])
      if (digit === undefined) return undefined
      at += digit * weight
      if (at > 0x7fff_ffff) return undefined
      const threshold = Math.min(Math.max(k - bias, 1), 26)
      if (digit < threshold) break
      weight *= 36 - threshold
    }
    const size = output.length + 1
    bias = adapted(at - before, size, before === 0)
    code += Math.floor(at / size)
    at %= size
    if (code > 0x10ffff) return undefined
    output.splice(at++, 0, String.fromCodePoint(code))
  }
  return output.join('')
}

function digitOf(character: string | undefined): number | undefined {
  if (character === undefined) return undefined
  if (/[a-z]/i.test(character)) return character.toLowerCase().charCodeAt(0) - 97
  return /\d/.test(character) ? Number(character) + 26 : undefined
}

function adapted(delta: number, size: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? 700 : 2))
  rest += Math.floor(rest / size)
  let k = 0
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35)
  return k + Math.floor((36 * rest) / (rest + 38))
}
