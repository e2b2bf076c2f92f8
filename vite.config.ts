import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const web = resolve(import.meta.dirname, 'gateway/web')
const gateway = `http://127.0.0.1:${process.env.POSTERN_HTTP_PORT ?? '8080'}`

/** Writes each text file a second and third time, compressed once and for all; the gateway serves those. */
function compressed(): Plugin {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  return {
    name: 'postern-compressed',
    apply: 'build',
    writeBundle: async ({ dir = '' }) => {
      const names = await readdir(dir, { recursive: true })
      const texts = names.filter((name) => /\.(?:js|css|svg|html)$/.test(name)).map((name) => join(dir, name))
      const write = async (file: string) => {
        const bytes = await readFile(file)
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality))
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
      }
      await Promise.all(texts.map(write))
    },
  }
}

/** Builds the pages of gateway/web into dist/pages, which the gateway serves. */
export default defineConfig({
  root: web,
  base: '/',
  plugins: [compressed()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/pages'),
    emptyOutDir: true,
    // What public/support.js lets pass.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    // The pages' policy (script-src 'self') takes no data: URLs, and a picture in a style sheet is cached better apart.
    assetsInlineLimit: 0,
    // Every browser let in preloads modules by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index', 'portal', 'outbox', 'unsupported'].map((page) => resolve(web, `${page}.html`)),
      treeshake: {
        // Clients take the contract's types alone; its zod schemas must not come along.
        moduleSideEffects: [{ test: /shared[/\\]contract[/\\]/, sideEffects: false }],
      },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/outbox.json', '/outbox/', '/openapi.json', '/.well-known'].map((path) => [path, gateway]),
    ),
  },
})
