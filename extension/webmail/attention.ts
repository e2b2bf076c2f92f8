/**
 * When the finder works. Three rules of a disciplined guest (uBlock Origin's):
 * - nothing while the tab is hidden; on return everything is looked at once, in slices.
 * - off where nothing of a webmail is to be found: after `fruitless` looks and `trial` ms without one marked link and
 *   without a body that an adapter knows.
 * - back at a sign that a person does something there: a click or a key, when one cheap query then finds a marked
 *   link, or when the tab is returned to.
 */
export interface Attention {
  /** A look at what was added has ended. True: it is time to `decide` whether to go on. */
  readonly looked: () => boolean
  /** @param fruit whether anything of ours, or of a webmail, is there. */
  readonly decide: (fruit: boolean) => void
}

export interface AttentionOptions {
  readonly document: Document
  readonly signal: AbortSignal
  readonly now: () => number
  readonly start: () => void
  readonly stop: () => void
  /** Whether something is to be found now, by one query. */
  readonly promising: () => boolean
}

const fruitless = 256
const trial = 5 * 60_000
/** After a click a mail takes a moment to open; more clicks in that time are one. ms. */
const moment = 800

export function createAttention({
  document,
  signal,
  now,
  start,
  stop,
  promising,
}: AttentionOptions): Attention {
  let awake = false
  let resting = false
  let looks = 0
  let since = now()
  let timer: ReturnType<typeof setTimeout> | undefined

  const wake = (): void => {
    resting = false
    looks = 0
    since = now()
    if (awake || document.hidden) return
    awake = true
    start()
  }
  const sleep = (): void => {
    if (awake) stop()
    awake = false
  }
  const visibility = (): void => (document.hidden ? sleep() : wake())
  const activity = (): void => {
    if (!resting || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      if (resting && !signal.aborted && promising()) wake()
    }, moment)
  }
  document.addEventListener('visibilitychange', visibility, { signal })
  for (const type of ['click', 'keydown'])
    document.addEventListener(type, activity, { signal, capture: true, passive: true })
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    sleep()
  })
  visibility()

  return {
    looked: () => ++looks >= fruitless && now() - since >= trial,
    decide(fruit) {
      looks = 0
      since = now()
      if (fruit) return
      resting = true
      sleep()
    },
  }
}
