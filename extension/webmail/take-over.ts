const place = 'posternEnd'

/**
 * One content script works in a document. A second one in the same world (after an update, or registered twice) ends
 * the first, and takes over from it. @param scope the globals of our own isolated world, which no page sees.
 */
export function takeOver(scope: object): AbortController {
  // Ours alone: see `place`.
  const world = scope as { [place]?: AbortController }
  world[place]?.abort()
  const end = new AbortController()
  world[place] = end
  return end
}
