/** What every page of a webmail pays for the extension: the content script of the build for people. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { builtExtension } from '../peers/extension-build.ts'

let out: string
beforeAll(async () => {
  out = await builtExtension('chrome', 'production')
}, 120_000)

const read = (file: string) => readFile(join(out, file), 'utf8')

describe('the content script of the build for people', () => {
  test('is smaller than 30 KB', async () => {
    expect(Buffer.byteLength(await read('content-scripts/webmail.js'))).toBeLessThan(30_000)
  })

  test('says nothing to the page of its being there', async () => {
    expect(await read('content-scripts/webmail.js')).not.toMatch(/script-started|dispatchEvent/)
  })

  test('runs on the listed sites alone, never on loopback', async () => {
    expect(await read('manifest.json')).not.toMatch(/"http:\/\/(127\.0\.0\.1|localhost)\/\*"/)
  })
})
