import type { Personal } from '../protocol.ts'
import { pictureNames } from './pictures.tsx'

/** Words of a suggested phrase. */
const wordCount = 3

/**
 * A picture and a phrase at random, to be kept or changed: what a person did not have to think up still differs from
 * everybody else's.
 * @param words from which a phrase is made, parted by spaces.
 * @param random below `limit`, evenly; of the browser's generator for secrets.
 */
export function suggestPersonal(words: string, random: (limit: number) => number): Personal {
  const left = words.split(' ').filter(Boolean)
  const taken: string[] = []
  while (taken.length < wordCount && left.length > 0) taken.push(...left.splice(random(left.length), 1))
  return { picture: pictureNames[random(pictureNames.length)] ?? 'boat', phrase: taken.join(' ') }
}
