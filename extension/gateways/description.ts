import { type Description, isCurrent, readDescription, verifyDescription } from '../../shared/link/index.ts'
import { Refusal } from './refusal.ts'
import type { Surroundings } from './surroundings.ts'

const most = 64 * 1024
const patience = 10_000

/**
 * What a gateway says of itself, signed by its own root key and valid now. Says nothing of whether that key is to
 * be trusted. Rejects with Refusal.
 * @param gateway its origin; an answer that speaks for another one is refused.
 */
export async function fetchDescription(
  gateway: string,
  { fetch, now }: Pick<Surroundings, 'fetch' | 'now'>,
): Promise<Description> {
  const text = await fetchText(`${gateway}/.well-known/postern`, fetch)
  const description = readDescription(parsed(text))
  if (!description) throw new Refusal('not-a-gateway', 'There is no gateway at this address.')
  if (description.portal !== gateway) {
    throw new Refusal('not-a-gateway', `This address belongs to the gateway ${description.portal}.`)
  }
  if (!(await verifyDescription(description))) {
    throw new Refusal('not-a-gateway', 'The description of this gateway is not signed by its own key.')
  }
  if (!isCurrent(description, now())) {
    throw new Refusal(
      'description-refused',
      'The description of this gateway is not valid today. Check the clock.',
    )
  }
  return description
}

async function fetchText(url: string, fetch: Surroundings['fetch']): Promise<string> {
  try {
    const response = await fetch(url, {
      credentials: 'omit',
      // A redirect would let whoever answers here choose who speaks.
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(patience),
    })
    if (!response.ok) throw new Refusal('not-a-gateway', 'There is no gateway at this address.')
    return await readText(response)
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    throw new Refusal(
      'no-answer',
      'The gateway gives no answer. Check the address and your connection.',
      cause,
    )
  }
}

/** At most 64 KB, counted while they arrive: what is longer is not read to its end. */
async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
    size += piece.value.byteLength
    if (size > most) {
      await reader?.cancel()
      throw new Refusal('not-a-gateway', 'What this address answers is no description of a gateway.')
    }
    text += decoder.decode(piece.value, { stream: true })
  }
  return text + decoder.decode()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
