/** What can't be read any more, and whom it concerns. */
export interface Gone {
  /** `message`, `draft`, `outbox entry`, ... */
  readonly what: string
  /** The queue id of a message. */
  readonly id: string
  /** Code of the account. */
  readonly account: string
  readonly from: string
  readonly to: readonly string[]
  /** ms */
  readonly at: number
  /** Which part of it: `body`, `subject`, `key`. */
  readonly part: string
}

/** Something that is not as it should be. */
export interface Issue {
  /** Stable, kebab-case. */
  readonly kind: string
  readonly detail: string
  readonly gone?: Gone
  /** What `--repair` does about it; undefined: nothing can be done here. */
  readonly repair?: Repair
}

export interface Repair {
  /** What was done, as a sentence. */
  readonly done: string
  /** Gives up what people wrote: not done for many without being asked again. */
  readonly gives?: 'message'
  readonly run: () => Promise<void>
}

/** One row is damage of its own: what it says is told, and the rest is looked at. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
