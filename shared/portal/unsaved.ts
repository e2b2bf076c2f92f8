/** What is typed and not at the gateway yet, for a host that is about to close the portal. */
export interface Unsaved {
  /** @param save rejects where it fails. Returns what takes it away again. */
  add(save: () => Promise<void>): () => void
  /** Saves all of it. Rejects where something could not be saved; nothing is lost by that. */
  save(): Promise<void>
}

export function createUnsaved(): Unsaved {
  const saves = new Set<() => Promise<void>>()
  return {
    add: (save) => {
      saves.add(save)
      return () => saves.delete(save)
    },
    save: async () => {
      await Promise.all([...saves].map((save) => save()))
    },
  }
}
