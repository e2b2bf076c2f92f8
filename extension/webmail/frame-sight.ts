import type { Box, DisturbedReason } from '../protocol.ts'
import type { Area } from './guard-area.ts'
import { layersOver } from './guard-cover.ts'
import { disturbed, levels } from './guard.ts'
import { drawnParent, outerFrame } from './guard-tree.ts'

export interface SightOptions {
  readonly host: Element
  readonly iframe: Element
  /** The property that makes hit tests see everything (gateways/probe.ts); null where there is none. */
  readonly probe: string | null
}

/**
 * A thorough look, before something that matters: what `pointer-events: none` hides from hit tests is seen as well,
 * and nothing at all may lie over the `control`. All in one go: a page has no moment to put things right for it.
 *
 * @param control in the frame's viewport.
 */
export function lookClosely(
  { host, iframe, probe }: SightOptions,
  control: Box | null,
): DisturbedReason | null {
  const sight = control && { control: placed(control, iframe) }
  const plain = disturbed(host, sight ?? {})
  if (plain !== null || probe === null) return plain
  return seeingAll(host, probe, () => disturbed(host, { ...sight, blind: true }))
}

/**
 * Sets aside, for as long as it takes the browser to look again, what makes it doubt a frame for no reason: empty
 * layers over the page, such as webmails keep for their toasts, and fading too slight to see. To be called only after
 * `lookClosely` found nothing. Returns what undoes it; more than once is no harm.
 */
export function setAside({ host, iframe, probe }: SightOptions, control: Box | null): () => void {
  const undo: (() => void)[] = []
  const put = (element: Element, name: string, value: string) => {
    if (!('style' in element)) return
    const { style } = element as HTMLElement
    const [before, priority] = [style.getPropertyValue(name), style.getPropertyPriority(name)]
    style.setProperty(name, value, 'important')
    undo.push(() => style.setProperty(name, before, priority))
  }
  const find = () =>
    Array.from(levels(host, control ? placed(control, iframe) : undefined), (level) => ({
      faded: level.look.opacity < 1 ? level.at : undefined,
      over: layersOver(level.at, level.control ?? level.look.seen),
    }))
  for (const { faded, over } of probe === null ? find() : seeingAll(host, probe, find)) {
    for (const layer of over) put(layer, 'visibility', 'hidden')
    for (let at: Element | null = faded ?? null; at; at = drawnParent(at)) put(at, 'opacity', '1')
  }
  return () => {
    for (const one of undo.splice(0).reverse()) one()
  }
}

function seeingAll<T>(host: Element, probe: string, look: () => T): T {
  const roots: HTMLElement[] = []
  for (let at: Element | null = host; at; at = outerFrame(at)) roots.push(at.ownerDocument.documentElement)
  for (const root of roots) root.style.setProperty(probe, '1')
  try {
    return look()
  } finally {
    for (const root of roots) root.style.removeProperty(probe)
  }
}

function placed(control: Box, iframe: Element): Area {
  const { left, top } = iframe.getBoundingClientRect()
  return {
    left: control.left + left,
    top: control.top + top,
    right: control.right + left,
    bottom: control.bottom + top,
  }
}
