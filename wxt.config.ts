import { resolve } from 'node:path'
import { defineConfig } from 'wxt'
import { manifestFor } from './extension/manifest.ts'

/**
 * Builds the extension for Chrome, Edge and Firefox from one source (npm run build:extension). `--mode testing`
 * makes the build that the browser tests install: it may run on loopback pages, and nothing else differs.
 */
export default defineConfig({
  srcDir: 'extension',
  publicDir: 'extension/public',
  outDir: process.env['POSTERN_EXTENSION_OUT'] ?? 'dist/extension',
  outDirTemplate: '{{browser}}-mv{{manifestVersion}}{{modeSuffix}}',
  // What a file uses stands in its imports.
  imports: false,
  manifestVersion: 3,
  webExt: { disabled: true },
  manifest: ({ browser, mode }) => manifestFor(browser, mode),
  vite: () => ({
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    resolve: {
      dedupe: ['preact'],
      // extension/webmail/content-context.ts says why.
      alias: {
        'wxt/utils/content-script-context': resolve(
          import.meta.dirname,
          'extension/webmail/content-context.ts',
        ),
      },
    },
    build: {
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        treeshake: {
          // Clients take the contract's types alone; its zod schemas must not come along.
          moduleSideEffects: [{ test: /shared[/\\]contract[/\\]/, sideEffects: false }],
        },
      },
    },
  }),
  zip: {
    // What Mozilla needs to build the same package from source: an allow-list.
    includeSources: [
      'extension/**',
      'shared/**',
      'types/**',
      'wxt.config.ts',
      'tsconfig.json',
      'package.json',
      'package-lock.json',
      'docs/extension-build.md',
    ],
    sourcesRoot: resolve(import.meta.dirname),
  },
})
