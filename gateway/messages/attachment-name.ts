import libmime from 'libmime'

/**
 * A name to show and to save under. What a sender calls a file is a stranger's text: no path, no control
 * characters, nothing that turns the direction of writing (`gpj.exe` must not look like `exe.jpg`), at most 200
 * characters. Where nothing is left, `attachment-<n>` with the usual extension of its type.
 */
export function displayName(name: string, type: string, index: number): string {
  const bare = (repaired(name).split(/[\\/]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
    .trim()
  if (bare !== '' && !/^\.+$/.test(bare)) return shortened(bare)
  return `attachment-${index + 1}.${type === 'message/rfc822' ? 'eml' : libmime.detectExtension(type)}`
}

/** A name in UTF-8 that was read byte by byte, because the header did not say (RFC 2231, 6532) how it is written. */
function repaired(name: string): string {
  if (!/[\u0080-\u00ff]/.test(name) || /[\u0100-\uffff]/.test(name)) return name
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'))
  } catch {
    // It was not UTF-8 after all.
    return name
  }
}

function shortened(name: string): string {
  const characters = Array.from(name)
  if (characters.length <= 200) return name
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  return characters.slice(0, 200 - extension.length).join('') + extension
}
