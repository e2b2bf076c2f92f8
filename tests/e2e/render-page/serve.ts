import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { pagePolicy } from '../../../gateway/http/security-headers.ts'

export interface ServedPage extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Requests for anything but the page itself. */
  readonly strays: string[]
}

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' }

/** Builds a page of this folder and serves it from memory under the portal's policy, counting every other request. */
export async function servePage(entry = 'index.html'): Promise<ServedPage> {
  const root = fileURLToPath(new URL('.', import.meta.url))
  const result = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: root + entry },
    },
  })
  const files = new Map<string, string | Uint8Array>()
  for (const output of Array.isArray(result) ? result : [result])
    if ('output' in output)
      for (const file of output.output)
        files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source)

  const strays: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const file = files.get(path === '/' ? `/${entry}` : path)
    response.setHeader('Content-Security-Policy', pagePolicy)
    response.setHeader('Referrer-Policy', 'no-referrer')
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (file === undefined) {
      strays.push(`${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`)
      response.writeHead(404).end()
      return
    }
    const extension = path === '/' ? 'html' : (path.split('.').at(-1) ?? '')
    response.setHeader('Content-Type', `${types[extension] ?? 'application/octet-stream'}; charset=utf-8`)
    response.end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    strays,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
