/**
 * Name of a file made of a message: its subject without anything that a file system or an eye could take for
 * something else (a path, an extension, text that changes its direction).
 * @param otherwise where nothing is left of the subject.
 */
export function keptName(subject: string, otherwise: string, extension: string): string {
  const bare = subject
    .normalize('NFC')
    .replaceAll(/[\\/:*?"<>|.]/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const short = Array.from(bare).slice(0, 80).join('').trim()
  return `${short === '' ? otherwise : short}.${extension}`
}
