/** Where in the options a link leads: `#add`, `#add=<address>` (also `#pair=`), or the id of a section. */
export interface Place {
  readonly section: string
  /** To look up; filled in, never asked for by itself. */
  readonly address: string
}

export function readPlace(hash: string): Place {
  const [name = '', value = ''] = hash.replace(/^#/, '').split('=', 2)
  const section = name === 'pair' ? 'add' : name
  return { section, address: section === 'add' ? shortened(decoded(value)) : '' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, 300)
  } catch {
    // Nothing we wrote; the field stays empty.
    return ''
  }
}

/** The address as people read it: its scheme is said only where it isn't https. */
function shortened(address: string): string {
  return address.replace(/^https:\/\//, '').replace(/\/$/, '')
}
