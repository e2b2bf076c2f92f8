import { type SettingName, SettingsSchema, metaOf, variableOf } from './schema.ts'

export interface KeyDescription {
  readonly key: string
  readonly variable: string
  readonly description: string
  /** What to write, in words. */
  readonly write: string
  /** The value where nothing is written; null where that is nothing. */
  readonly standard: unknown
}

/** Every key of the configuration, in the order of the schema; the documents' table is made of it. */
export function describeKeys(): KeyDescription[] {
  const standards = SettingsSchema.parse({})
  return [
    {
      key: 'data',
      variable: 'POSTERN_DATA',
      description: 'Directory of everything the gateway keeps, postern.json included. Environment alone.',
      write: 'a path, such as /var/lib/postern',
      standard: './data',
    },
    ...settingNames().map((name) => {
      const { description, write } = metaOf(name)
      return { key: name, variable: variableOf(name), description, write, standard: standards[name] }
    }),
  ]
}

export function settingNames(): SettingName[] {
  return SettingsSchema.keyof().options
}
