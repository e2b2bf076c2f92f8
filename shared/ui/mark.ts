/**
 * The mark: an arched door with a keyhole of light, standing on its sill. One line of one weight on a grid of
 * 16 x 16, and the keyhole; the outer edges lie on whole pixels at 16 px.
 * Text only: no DOM, so the portal, the extension, the favicon and the notices draw the same thing.
 */

/** Side of the grid the paths are drawn on. */
export const markGrid = 16

/** The door: jambs, arch and sill, a line of `markWeight` with round ends, without fill. */
export const markDoor = 'M3.75 14.25V6a4.25 4.25 0 0 1 8.5 0v8.25M1.75 14.25h12.5'

/** The keyhole of light, filled. */
export const markKeyhole = 'M8 5.25a1.75 1.75 0 0 1 .9 3.25l.6 3h-3l.6-3A1.75 1.75 0 0 1 8 5.25z'

/** Weight of the door's line, on the grid. */
export const markWeight = 1.5

export interface MarkOptions {
  /** Width and height in px; without it the picture fills what it stands in. */
  readonly size?: number | undefined
  /** Any CSS colour, for door and keyhole; the text's own without it. */
  readonly color?: string | undefined
  /** Colour of the keyhole where it differs. */
  readonly light?: string | undefined
  /** Accessible name; without it the mark is decoration and hidden from assistive technology. */
  readonly title?: string | undefined
}

/** The mark as an SVG element. */
export function markSvg({ size, color = 'currentColor', light = color, title }: MarkOptions = {}): string {
  const measures = size === undefined ? '' : ` width="${size}" height="${size}"`
  const name =
    title === undefined
      ? ' aria-hidden="true" focusable="false"'
      : ` role="img" aria-label="${attribute(title)}"`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${markGrid} ${markGrid}"${measures} fill="none"${name}>` +
    `<path d="${markDoor}" stroke="${attribute(color)}" stroke-width="${markWeight}" stroke-linecap="round"/>` +
    `<path d="${markKeyhole}" fill="${attribute(light)}"/></svg>`
  )
}

/** The mark as a favicon: its own colours for light and dark tabs. */
export function markFavicon(light = '#0f5e63', dark = '#7fd0cf'): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${markGrid} ${markGrid}" fill="none">` +
    `<style>.d{stroke:${light}}.k{fill:${light}}@media(prefers-color-scheme:dark){.d{stroke:${dark}}.k{fill:${dark}}}</style>` +
    `<path class="d" d="${markDoor}" stroke-width="${markWeight}" stroke-linecap="round"/>` +
    `<path class="k" d="${markKeyhole}"/></svg>`
  )
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
