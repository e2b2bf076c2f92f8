import { computed, type ReadonlySignal, signal } from '@preact/signals'

/** Where a person can be. Signing in is no place: it stands before whatever place was asked for. */
export type Route =
  | { readonly name: 'folder'; readonly folder: FolderName; readonly id?: string }
  /** The link of a notification. */
  | { readonly name: 'link'; readonly token: string }
  /** The mailed link of a forgotten password. */
  | { readonly name: 'reset'; readonly token: string }
  | { readonly name: 'unknown' }

export type FolderName = 'inbox' | 'sent' | 'drafts'

/** What holds the address: the browser's history on the web, a variable in the extension. */
export interface Place {
  read(): string
  push(path: string): void
  replace(path: string): void
  back(): void
  /** Calls back when the address changed by other hands (Back, Forward). */
  listen(changed: () => void): void
  /** Address of a path for a plain link, where it is another than the path. */
  href?(path: string): string
}

export interface Router {
  readonly route: ReadonlySignal<Route>
  navigate(route: Route, options?: { readonly replace?: boolean }): void
  back(): void
  /** Path for a plain link. */
  href(route: Route): string
}

export function createRouter(place: Place): Router {
  const path = signal(place.read())
  place.listen(() => {
    path.value = place.read()
  })
  return {
    route: computed(() => parsePath(path.value)),
    navigate: (route, options) => {
      const next = pathOf(route)
      if (options?.replace) place.replace(next)
      else if (next !== path.peek()) place.push(next)
      path.value = next
    },
    back: () => place.back(),
    href: (route) => place.href?.(pathOf(route)) ?? pathOf(route),
  }
}

const folders: ReadonlySet<string> = new Set(['inbox', 'sent', 'drafts'])

function isFolder(name: string): name is FolderName {
  return folders.has(name)
}

/** @param path begins with a slash; query and fragment are not looked at. */
export function parsePath(path: string): Route {
  const [first = '', second, third, more] = (path.split(/[?#]/, 1)[0] ?? '')
    .split('/')
    .filter(Boolean)
    .map(decode)
  if (first === 'm' && second && third === undefined) return { name: 'link', token: second }
  if (first === 'reset' && second && third === undefined) return { name: 'reset', token: second }
  // Where the gateway is no sandbox its root is the portal.
  if (first === '') return { name: 'folder', folder: 'inbox' }
  if (first !== 'portal' || more !== undefined) return { name: 'unknown' }
  if (second === undefined) return { name: 'folder', folder: 'inbox' }
  if (!isFolder(second)) return { name: 'unknown' }
  return third === undefined
    ? { name: 'folder', folder: second }
    : { name: 'folder', folder: second, id: third }
}

export function pathOf(route: Route): string {
  switch (route.name) {
    case 'folder': {
      const base = `/portal/${route.folder}`
      return route.id === undefined ? base : `${base}/${encodeURIComponent(route.id)}`
    }
    case 'link':
      return `/m/${encodeURIComponent(route.token)}`
    case 'reset':
      return `/reset/${encodeURIComponent(route.token)}`
    case 'unknown':
      return '/portal'
  }
}

/** A part that is no valid percent-encoding stands for itself: links come mangled by mail filters. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (cause) {
    if (cause instanceof URIError) return part
    throw cause
  }
}

/** The browser's own history. */
export function historyPlace(window: Window): Place {
  return {
    read: () => window.location.pathname,
    push: (path) => window.history.pushState(null, '', path),
    replace: (path) => window.history.replaceState(null, '', path),
    back: () => window.history.back(),
    listen: (changed) => window.addEventListener('popstate', changed),
  }
}

/**
 * A history of its own, for a frame that must not touch the page's.
 * @param origin of the gateway: where a link leads that is opened in another tab.
 */
export function memoryPlace(first: string, origin = ''): Place {
  const paths = [first]
  let changed = () => {}
  return {
    read: () => paths.at(-1) ?? first,
    push: (path) => {
      paths.push(path)
    },
    replace: (path) => {
      paths[paths.length - 1] = path
    },
    back: () => {
      if (paths.length > 1) paths.pop()
      changed()
    },
    listen: (callback) => {
      changed = callback
    },
    href: (path) => origin + path,
  }
}
