import { type StoreTrouble, type TroubleKind, advice, troubleOf } from './trouble.ts'

/** What the operator is to know of the store: once when a trouble begins and once when it is over. */
export type HealthChange =
  | { readonly kind: TroubleKind; readonly advice: string; readonly cause: unknown }
  | { readonly kind: 'well'; readonly advice: string }

export interface Health extends Disposable {
  /**
   * Takes any error that the disk or the database gave. Returns it as StoreTrouble where it is one, else as it is.
   * From then on the store is in trouble, and tried every second until it works again. Damage in one place is told
   * of and no more: the rest goes on.
   */
  failed(error: unknown): unknown
  readonly trouble: StoreTrouble | undefined
  /** Tries the store now. Resolves to whether it works. */
  check(): Promise<boolean>
}

/** ms between two tries of a store in trouble. */
const between = 1000
/** The same trouble is told of at most this often, ms: a disk may fail every second time. */
const quietTime = 60_000
/** An answer of `check` is good for so long, ms: who asks often does not wear the disk. */
const answerLife = 500

/**
 * @param probe writes something durable to every place that is written to; rejects where one does not take it.
 * @param tell is told of changes alone.
 */
export function createHealth(probe: () => Promise<void>, tell: (change: HealthChange) => void): Health {
  const toldAt = new Map<TroubleKind, number>()
  let trouble: StoreTrouble | undefined
  let told = false
  let timer: NodeJS.Timeout | undefined
  let trying: Promise<boolean> | undefined
  let tried = -Infinity
  let ended = false

  /** Whether it was told just now. */
  function tellOf({ kind, cause }: StoreTrouble): boolean {
    const at = performance.now()
    if (at - (toldAt.get(kind) ?? -Infinity) <= quietTime) return false
    toldAt.set(kind, at)
    tell({ kind, advice: advice[kind], cause })
    return true
  }

  function begin(next: StoreTrouble): void {
    if (trouble?.kind !== next.kind && tellOf(next)) told = true
    trouble = next
    tried = -Infinity
    if (ended) return
    timer ??= setTimeout(() => {
      timer = undefined
      void attempt()
    }, between).unref()
  }

  function attempt(): Promise<boolean> {
    trying ??= probe()
      .then(
        () => {
          if (trouble && told) tell({ kind: 'well', advice: 'The store works again: mail is taken.' })
          trouble = undefined
          told = false
          clearTimeout(timer)
          timer = undefined
          tried = performance.now()
          return true
        },
        (error: unknown) => {
          const found = troubleOf(error)
          if (found) begin(found)
          else if (trouble) begin(trouble)
          return false
        },
      )
      .finally(() => (trying = undefined))
    return trying
  }

  return {
    failed(error) {
      const found = troubleOf(error)
      if (!found) return error
      if (found.kind === 'damaged') tellOf(found)
      else begin(found)
      return found
    },
    get trouble() {
      return trouble
    },
    async check() {
      // In trouble the next try by itself is at most a second away.
      if (trouble) return false
      return performance.now() - tried < answerLife || (await attempt())
    },
    [Symbol.dispose]() {
      ended = true
      clearTimeout(timer)
    },
  }
}
