import { groundBehind } from './ground.ts'
import type { Sighting } from './sighting.ts'

/**
 * Tells which sightings take up room on the page. IntersectionObserver measures when the browser has laid out anyway;
 * asking an element would make it lay out at once, in our time. For the same reason it is asked here what lies behind.
 */
export function createRendered(signal: AbortSignal) {
  const waiting = new Map<Element, { sighting: Sighting; callback: () => void }[]>()
  const observer = new IntersectionObserver((entries) => {
    const callbacks = new Set<() => void>()
    for (const { target, boundingClientRect: box } of entries) {
      // An empty box: hidden now. It is told again when it comes into sight.
      if (box.width === 0 && box.height === 0) continue
      observer.unobserve(target)
      for (const { sighting, callback } of waiting.get(target) ?? []) {
        sighting.rendered = true
        sighting.ground = groundBehind(target.parentElement ?? target)
        callbacks.add(callback)
      }
      waiting.delete(target)
    }
    callbacks.forEach((callback) => callback())
  })
  signal.addEventListener('abort', () => {
    observer.disconnect()
    waiting.clear()
  })

  return (sighting: Sighting, callback: () => void): void => {
    const target = sighting.at.nodeType === 1 ? (sighting.at as Element) : sighting.at.parentElement
    if (!target) return
    // Those that went away while hidden.
    for (const known of waiting.keys())
      if (!known.isConnected) {
        observer.unobserve(known)
        waiting.delete(known)
      }
    waiting.set(target, [...(waiting.get(target) ?? []), { sighting, callback }])
    observer.observe(target)
  }
}
