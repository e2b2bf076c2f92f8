/**
 * Stands in for WXT's ContentScriptContext (wxt.config.ts). That one is 4 KB, a seventh of the budget, and tells
 * every page by an event that the extension is there; taking over from an older script is done in `take-over.ts`.
 */
export function ContentScriptContext(): void {
  // WXT makes one with `new`, and ours needs nothing of it.
}
