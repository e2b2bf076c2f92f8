import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { Problem } from '../problem.ts'
import type { App, RouteParts } from './parts.ts'
import { pagePolicy } from './security-headers.ts'

/**
 * The pages as vite built them. Which page answers depends on the path's beginning alone: what comes after it (a
 * link's token) is read by the page, so that fetching one never does anything.
 */
export async function pageRoutes(app: App, { pages, delivery }: RouteParts): Promise<void> {
  await app.register(fastifyStatic, { root: pages, serve: false, index: false, preCompressed: true })
  const open = { config: { access: 'anyone' as const }, schema: { hide: true } }
  const page = (path: string, file: string) => {
    app.get(path, open, async (_request, reply) => {
      void reply.headers({ 'content-security-policy': pagePolicy, 'cache-control': 'no-cache' })
      if (!existsSync(join(pages, file))) {
        void reply.status(503).type('text/html; charset=utf-8')
        return reply.send(notBuilt)
      }
      return reply.sendFile(file, { cacheControl: false })
    })
  }

  // What invites to try the gateway is for the sandbox; elsewhere people come to read.
  if (delivery.sandbox) page('/', 'index.html')
  else page('/', 'portal.html')
  page('/unsupported.html', 'unsupported.html')
  for (const path of ['/portal', '/portal/*', '/m/*', '/reset/*']) page(path, 'portal.html')
  if (delivery.sandbox) page('/outbox', 'outbox.html')

  app.get('/assets/*', open, async (request, reply) => {
    const { '*': file } = request.params as { '*': string }
    // The name of an asset holds a hash of what is in it.
    return reply.sendFile(file, join(pages, 'assets'), { immutable: true, maxAge: '1y' })
  })

  // Their names hold no hash: they are asked for again each time, and mostly have not changed.
  for (const file of ['favicon.svg', 'support.js', 'unsupported.css']) {
    app.get(`/${file}`, open, async (_request, reply) => {
      void reply.header('cache-control', 'no-cache')
      return reply.sendFile(file, { cacheControl: false })
    })
  }

  app.get('/robots.txt', open, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('User-agent: *\nDisallow: /\n'),
  )
}

/** A page that is not there is a problem like any other. */
export const unknownPage = () => new Problem('not-found', 404, 'There is nothing at this address.')

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Postern</title>
<h1>The pages are not built yet</h1>
<p>Run <code>npm run build</code> in the folder of Postern, then load this page again.</p>
</html>
`
