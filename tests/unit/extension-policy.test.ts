import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { firefoxId, testingId } from '../../extension/manifest.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Schema {
  readonly type: string
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly enum?: readonly unknown[]
}

const schema = JSON.parse(read('extension/public/managed-schema.json')) as Schema
const properties = schema.properties ?? {}

test('policy can set exactly these', () => {
  expect(Object.keys(properties).toSorted()).toEqual([
    'allowPairing',
    'appearance',
    'gateways',
    'language',
    'passwords',
    'sites',
    'unwrap',
  ])
  expect(Object.keys(properties['gateways']?.items?.properties ?? {})).toEqual(['address', 'rootKey', 'name'])
})

test('what the schema allows is what the background reads', () => {
  const values = read('extension/gateways/settings-values.ts')
  for (const name of ['passwords', 'appearance'])
    for (const value of properties[name]?.enum ?? []) expect(values).toContain(`value === '${String(value)}'`)
  const policy = read('extension/gateways/policy.ts')
  for (const name of Object.keys(properties)) expect(policy).toContain(`set['${name}']`)
})

describe('docs/extension-policy.md', () => {
  const text = read('docs/extension-policy.md')
  const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, json = '']) => JSON.parse(json) as unknown,
  )

  test('explains every setting', () => {
    for (const name of Object.keys(properties)) expect(text).toContain(`\`${name}\``)
  })

  test('shows settings in its examples that the schema allows', () => {
    const found = examples.flatMap((example) => policiesIn(example))
    expect(found.length).toBeGreaterThanOrEqual(3)
    for (const policy of found) expect(wrong(policy, schema)).toEqual([])
  })

  test('names the add-on as it is built', () => {
    expect(text).toContain(firefoxId)
    expect(text).not.toContain(testingId)
  })
})

/** Every object in an example that holds our settings. */
function policiesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if ('gateways' in value) return [value]
  return Object.values(value).flatMap(policiesIn)
}

/** What in a value is not as the schema says (the part of JSON Schema that the schema uses). */
function wrong(value: unknown, wanted: Schema, path = ''): string[] {
  if (wanted.type === 'array')
    return Array.isArray(value)
      ? value.flatMap((one, index) => wrong(one, wanted.items ?? { type: 'none' }, `${path}[${index}]`))
      : [`${path} is no list`]
  if (wanted.type === 'object')
    return typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => {
          const of = wanted.properties?.[name]
          return of ? wrong(one, of, `${path}.${name}`) : [`${path}.${name} is unknown`]
        })
      : [`${path} is no object`]
  if (typeof value !== wanted.type) return [`${path} is no ${wanted.type}`]
  return wanted.enum && !wanted.enum.includes(value) ? [`${path} is none of its values`] : []
}
