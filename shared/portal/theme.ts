import { computed, type ReadonlySignal, signal } from '@preact/signals'

export type Theme = 'light' | 'dark'
/** What a person chose, or `system`. */
export type Appearance = 'system' | Theme

/** The theme of the screen, followed while the page stands. */
export function createTheme(appearance: Appearance): ReadonlySignal<Theme> {
  if (appearance !== 'system') return signal(appearance)
  const query = window.matchMedia('(prefers-color-scheme: dark)')
  const dark = signal(query.matches)
  query.addEventListener('change', () => {
    dark.value = query.matches
  })
  return computed(() => (dark.value ? 'dark' : 'light'))
}
