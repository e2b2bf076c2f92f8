import type { BytesOptions, Transport } from '../../../shared/contract/index.ts'

/** Fetches a file through the background and has the browser keep it. A plain link would carry no session. */
export async function saveFile(
  document: Document,
  transport: Pick<Transport, 'bytes'>,
  [path, name, options]: readonly [path: string, name: string, options: BytesOptions],
): Promise<void> {
  const bytes = await transport.bytes(path, options)
  // Whatever the gateway called it, it is only ever kept, never shown as a page of the extension.
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
