import { markDoor, markGrid, markKeyhole, markWeight } from './mark.ts'
import './mark.css'

/** The door with the keyhole of light. Without a label it is decoration. */
export function Mark({ size = 'm', label }: { size?: 'm' | 'l'; label?: string }) {
  return (
    <svg
      class={`mark mark_${size}`}
      viewBox={`0 0 ${markGrid} ${markGrid}`}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path class="mark__door" d={markDoor} stroke-width={markWeight} />
      <path class="mark__light" d={markKeyhole} />
    </svg>
  )
}
