import type { ComponentChildren } from 'preact'
import './pictures.css'

/**
 * Twelve calm pictures, drawn for Postern, one of which is a person's own. Told apart by outline alone (48 px, black
 * and white); always in the same colours, light or dark: it is to be recognised, not to fit in.
 * `ground` and `shape` are CSS colours; white is what light falls on.
 */
const drawings = {
  lighthouse: {
    ground: '#dbe7ea',
    shape: '#7d3b33',
    paths: (
      <>
        <path class="picture__soft" d="M20 15 5 9.5v11zM28 15l15-5.5v11z" />
        <path d="M21.6 18.5h4.8L29 40H19zM20.5 12.5h7v5h-7zM24 6.5l4.5 5h-9z" />
        <path class="picture__white" d="M21 23.5h6l.6 5h-7.2zM20 33h8l.5 4h-9z" />
        <path d="M10 40h28v3H10z" />
      </>
    ),
  },
  boat: {
    ground: '#d9e6f2',
    shape: '#27496b',
    paths: (
      <>
        <path d="M7 33h34l-6 8H13zM23 7h2v26h-2z" />
        <path d="M26.5 9.5 39.5 30h-13z" />
        <path class="picture__white" d="M21.5 13v17H10.5z" />
      </>
    ),
  },
  mountain: {
    ground: '#e4e1ee',
    shape: '#4a4470',
    paths: (
      <>
        <circle class="picture__white" cx="37" cy="12" r="4.5" />
        <path d="M3 40 18 11l9.5 17 4-6L45 40z" />
        <path class="picture__white" d="m18 11-5.4 10.4 3.1 2.1 2.3-2.2 2.4 2.6 3.1-2.5z" />
      </>
    ),
  },
  pine: {
    ground: '#dcebdd',
    shape: '#2c5a3c',
    paths: (
      <>
        <path d="M24 4.5 33 16h-4l7 9.5h-4.5L40 36H8l8.5-10.5H12L19 16h-4z" />
        <path class="picture__dark" d="M21.5 36h5v7.5h-5z" />
      </>
    ),
  },
  moon: {
    ground: '#2f3d5c',
    shape: '#f3e3b3',
    paths: (
      <>
        <path d="M28 6.5A18 18 0 1 0 41.5 32 15.5 15.5 0 0 1 28 6.5z" />
        <path d="m35.5 10 1.3 3.2L40 14.5l-3.2 1.3-1.3 3.2-1.3-3.2-3.2-1.3 3.2-1.3zM41 22l.8 2 2 .8-2 .8-.8 2-.8-2-2-.8 2-.8z" />
      </>
    ),
  },
  balloon: {
    ground: '#fbe6d4',
    shape: '#a8502b',
    paths: (
      <>
        <path d="M24 4.5c8.5 0 14 5.7 14 12.8 0 6.2-5 10.2-8.5 15.2h-11C15 27.5 10 23.5 10 17.3 10 10.2 15.5 4.5 24 4.5z" />
        <path
          class="picture__white"
          d="M24 4.5c3.5 3 5.5 7.5 5.5 13 0 5.5-1.5 10.5-3 15h-5c-1.5-4.5-3-9.5-3-15 0-5.5 2-10 5.5-13z"
        />
        <path class="picture__line" d="m19.5 33 1 5M28.5 33l-1 5" />
        <path d="M19.5 37.5h9V44h-9z" />
      </>
    ),
  },
  cup: {
    ground: '#f0e6da',
    shape: '#6b4a2f',
    paths: (
      <>
        <path d="M9 18h25v9.5A10.5 10.5 0 0 1 23.5 38h-4A10.5 10.5 0 0 1 9 27.5z" />
        <path class="picture__line" d="M34 21.5h2.5a4.5 4.5 0 0 1 0 9h-3.2M6.5 42h30" />
        <path class="picture__line" d="M17 14c-2.5-3 2.5-4.5 0-8M26 14c-2.5-3 2.5-4.5 0-8" />
      </>
    ),
  },
  fish: {
    ground: '#d6ecec',
    shape: '#1f6a6d',
    paths: (
      <>
        <path d="M4.5 24C12 11.5 25.5 12 32.5 21l11-9c-2 8-2 16 0 24l-11-9C25.5 36 12 36.5 4.5 24z" />
        <circle class="picture__white" cx="13" cy="22" r="2.3" />
        <path class="picture__line picture__line_white" d="M20.5 17.5c2.5 4 2.5 9 0 13" />
      </>
    ),
  },
  umbrella: {
    ground: '#f7dfe3',
    shape: '#93304a',
    paths: (
      <>
        <path d="M5 26C5 15 13.5 8 24 8s19 7 19 18q-4.75-4.5-9.5 0-4.75-4.5-9.5 0-4.75-4.5-9.5 0Q9.75 21.5 5 26z" />
        <path class="picture__line" d="M24 5v4M24 24v14.5a4.5 4.5 0 0 1-9 0" />
      </>
    ),
  },
  cactus: {
    ground: '#f4ecc8',
    shape: '#47702c',
    paths: (
      <>
        <path class="picture__thick" d="M24 34V10" />
        <path class="picture__arm" d="M11.5 17v4.5a5 5 0 0 0 5 5H24M36.5 13v4.5a5 5 0 0 1-5 5H24" />
        <path class="picture__dark" d="M14 34h20l-2.5 10h-15z" />
      </>
    ),
  },
  snail: {
    ground: '#ece3f0',
    shape: '#6a3f7c',
    paths: (
      <>
        <path class="picture__arm picture__arm_dark" d="M9.5 20v13a5.5 5.5 0 0 0 5.5 5.5h26" />
        <path class="picture__line picture__line_dark" d="m9 19-3.5-7M10.5 19l3-7.5" />
        <circle cx="28" cy="24" r="12.5" />
        <path
          class="picture__line picture__line_white"
          d="M28 25.5a2 2 0 0 1 1.5-3.5 4.5 4.5 0 0 1 .5 8.5 7 7 0 0 1-8.5-8 8 8 0 0 1 8-6.5"
        />
      </>
    ),
  },
  flower: {
    ground: '#e3ecd6',
    shape: '#b3661b',
    paths: (
      <>
        <path class="picture__line picture__line_dark" d="M24 24v19" />
        <path
          class="picture__dark"
          d="M24 40c-7.5.5-11-3-12-8.5 7-.5 11 2.5 12 8.5zM24 40c7.5.5 11-3 12-8.5-7-.5-11 2.5-12 8.5z"
        />
        <circle cx="24" cy="8.5" r="5.2" />
        <circle cx="31.8" cy="13" r="5.2" />
        <circle cx="31.8" cy="22" r="5.2" />
        <circle cx="24" cy="26.5" r="5.2" />
        <circle cx="16.2" cy="22" r="5.2" />
        <circle cx="16.2" cy="13" r="5.2" />
        <circle class="picture__white" cx="24" cy="17.5" r="4.5" />
      </>
    ),
  },
} as const satisfies Record<string, { ground: string; shape: string; paths: ComponentChildren }>

export type PictureName = keyof typeof drawings

export const pictureNames = Object.keys(drawings) as readonly PictureName[]

export function isPictureName(name: string): name is PictureName {
  return Object.hasOwn(drawings, name)
}

/** One of the pictures. Decoration where its name stands beside it, else given a `label`. */
export function Picture({ name, label }: { name: PictureName; label?: string }) {
  const { ground, shape, paths } = drawings[name]
  return (
    <svg
      class="picture"
      viewBox="0 0 48 48"
      width="48"
      height="48"
      style={{ color: shape }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <rect width="48" height="48" rx="9" fill={ground} />
      {paths}
    </svg>
  )
}
