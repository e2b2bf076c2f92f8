/** The documents say what the program does; where they can be held to it, they are. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeKeys } from '../../gateway/config/index.ts'
import { run } from '../../gateway/commands/index.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

test('operators.md lists every key of the configuration, with its variable, words and default', () => {
  const text = read('docs/operators.md')
  for (const { key, variable, description, write, standard } of describeKeys()) {
    const shown =
      standard === null
        ? 'not set'
        : Array.isArray(standard)
          ? standard.join(', ') || 'none'
          : JSON.stringify(standard).replaceAll('"', '')
    expect(text.replaceAll(/ +/g, ' ')).toContain(
      `| \`${key}\` | \`${variable}\` | ${description} Write ${write}. | ${shown} |`,
    )
  }
})

describe.each(documents)('%s', (path) => {
  const text = read(path)

  test('leads only to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map(([, target = '']) => target)
    const missing = links.filter((target) => !existsSync(resolve(root, dirname(path), target)))
    expect(missing).toEqual([])
  })

  test('names only commands that there are', async () => {
    const commands = [...text.matchAll(/npm run postern -- ([a-z]+(?: [a-z]+)?)/g)].map(
      ([, words = '']) => words,
    )
    for (const words of commands) {
      let out = ''
      const sink = (part: string) => void (out += part)
      const code = await run([...words.split(' '), '--help'], { out: sink, err: sink })
      expect(`${words}: ${code}`).toBe(`${words}: 0`)
      expect(out).toContain(`Usage: postern ${words}`)
    }
  })

  test('names only scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
