import type { Bodies } from '../../../store/index.ts'
import { StoreTrouble } from '../../../store/index.ts'
import { type MessageKey, type Part, clearSize } from '../../../vault/index.ts'
import { sentence } from './issue.ts'

/** A disk that does not give bytes at this moment says nothing about the bytes. */
export class Unreadable extends Error {}

/**
 * What is wrong with a sealed body, or undefined. `quick` looks whether all its bytes are there; else each chunk is
 * opened and its tag verified. Throws Unreadable where the disk fails.
 * @param size length of the clear text, where it is known.
 */
export async function brokenBody(
  bodies: Bodies,
  id: string | null,
  { key, part, size, quick }: { key: MessageKey; part: Part; size?: number; quick: boolean },
): Promise<string | undefined> {
  if (id === null) return 'no body is named'
  try {
    const sealed = await bodies.size(id)
    if (sealed === undefined) return `its body ${id} is not in the store`
    if (size !== undefined && clearSize(sealed) !== size) return `its body ${id} has another length`
    if (quick) {
      // The last byte is there where all are.
      for await (const bytes of bodies.read(id, sealed - 1, sealed)) if (bytes.length === 1) return undefined
      return `its body ${id} is cut short`
    }
    let length = 0
    const source = { size: sealed, read: (start: number, end: number) => bodies.read(id, start, end) }
    for await (const chunk of key.open(part, source)) length += chunk.length
    return size === undefined || length === size ? undefined : `its body ${id} has another length`
  } catch (error) {
    if (error instanceof StoreTrouble && error.kind !== 'damaged') throw new Unreadable(sentence(error.cause))
    return sentence(error instanceof StoreTrouble ? error.cause : error)
  }
}
