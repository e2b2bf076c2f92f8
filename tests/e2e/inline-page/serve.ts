import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { manifestFor } from '../../../extension/manifest.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../stand-in.ts'

type Files = ReadonlyMap<string, string | Uint8Array>

/** The portal page of the extension in a mail, before a stand-in gateway. */
export interface InlinePage extends AsyncDisposable {
  readonly url: string
  readonly standIn: StandIn
}

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' }
let built: Promise<Files> | undefined

/** Serves both pages from memory, the frame under the extension's own policy. Built once for all. */
export async function serveInline(options: StandInOptions = {}): Promise<InlinePage> {
  built ??= buildPages()
  const files = await built
  const standIn = await startStandIn(options)
  const policy = manifestFor('chrome', 'production').content_security_policy
  const framePolicy = typeof policy === 'object' ? (policy.extension_pages ?? '') : ''
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path.startsWith('/api/')) {
      const onward = httpRequest(
        standIn.url + (request.url ?? ''),
        { method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      onward.on('error', () => response.destroy())
      request.pipe(onward)
      return
    }
    const file = files.get(path)
    if (file === undefined) {
      response.writeHead(404).end()
      return
    }
    if (path !== '/mail.html') response.setHeader('content-security-policy', framePolicy)
    response.setHeader(
      'content-type',
      `${types[path.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8`,
    )
    response.end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    standIn,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await standIn[Symbol.asyncDispose]()
    },
  }
}

async function buildPages(): Promise<Files> {
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
      target: 'es2024',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: ['mail', 'frame'].map((page) => `${root}${page}.html`),
        treeshake: {
          // As in the extension: types of the contract alone.
          moduleSideEffects: [{ test: /shared[/\\]contract[/\\]/, sideEffects: false }],
        },
      },
    },
  })
  const files = new Map<string, string | Uint8Array>()
  for (const output of Array.isArray(result) ? result : [result])
    if ('output' in output)
      for (const file of output.output)
        files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source)
  return files
}
