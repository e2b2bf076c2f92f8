import { fromPunycode } from './punycode.ts'

/** A host name in its own letters. */
export function unicode(hostname: string): string {
  return hostname
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (fromPunycode(label.slice(4)) ?? label) : label))
    .join('.')
}

/** Letters read as Latin ones: the Latin one, then those. From Unicode's confusables (UTS #39), as far as hosts go. */
const confusable = [
  // Cyrillic
  'aа bЬьв cс dԁ eеєҽ gԍ hһн iіїӏ jј kк mм nпո oоө pр qԛ rгѓ sѕ tт uυ vѵ wѡԝ xхҳ yуүў zз æӕ',
  // Greek
  'aα bβ cϲ eε iι kκ nη oοσ pρ tτ uυμ vν wω xχ yγ zζ oθ',
  // Armenian
  'gցք hհ jյ nո oօ pք qզ uս',
  // Latin of other languages, and of phonetics
  'aɑ bßɓ dđɗ eǝɛ gɡ hħ iıɩɪ kƙ lłƚ nɴ oøɵ pþ rɾʀ sꜱ tŧ uʋ wɯ yʏ xꭓ',
]

// Pure, so that content scripts, which judge nothing, are built without it.
const latin = /* @__PURE__ */ new Map(
  /* @__PURE__ */ confusable
    .flatMap((line) => line.split(' '))
    .flatMap(([letter = '', ...others]) => others.map((other) => [other, letter] as const)),
)

/** A name in the Latin letters that its own are read as, where there are such. */
export function readAs(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return Array.from(plain, (letter) => latin.get(letter) ?? letter).join('')
}

/** The same for all names that are read as one, digits and letters that run together among them. Not a name itself. */
export function skeleton(name: string): string {
  return readAs(name)
    .replace(/[01i|35]/g, (letter) => ({ 0: 'o', 3: 'e', 5: 's' })[letter] ?? 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

const scripts = [
  ['Latin', /\p{Script=Latin}/u],
  ['Han', /\p{Script=Han}/u],
  ['Hiragana', /\p{Script=Hiragana}/u],
  ['Katakana', /\p{Script=Katakana}/u],
  ['Bopomofo', /\p{Script=Bopomofo}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
] as const

/** What Japanese, Chinese and Korean are written in, Latin among it (UTS #39, highly restrictive). */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

/** Whether a label of a name has letters of scripts that nobody writes together. */
export function isMixed(name: string): boolean {
  return name.split('.').some((label) => {
    const found: string[] = scripts.filter(([, script]) => script.test(label)).map(([script]) => script)
    return found.length > 1 && !together.some((set) => found.every((script) => set.includes(script)))
  })
}
