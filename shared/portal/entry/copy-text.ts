/** Puts a text on the clipboard, after a click. Rejects where the browser refuses. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch (cause) {
    // Inside of another page the clipboard may be closed to us; the old way goes by the click alone.
    if (!copyOld(text)) throw cause
  }
}

function copyOld(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData?.setData('text/plain', text)
  }
  document.addEventListener('copy', put, { capture: true })
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing has come in its place for frames
    return document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', put, { capture: true })
  }
}
