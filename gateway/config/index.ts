/**
 * The node's own configuration: what a key means, its default, where it comes from (`postern.json` in the data
 * directory, then the environment, then the command line; the later one wins). Relies on nothing of the gateway
 * but its errors. Promises: a configuration that was read is complete and well formed; one that is not is refused
 * with the key, what is wrong, and what to write instead.
 */
export { describeKeys, type KeyDescription } from './describe.ts'
export { changeSettings, type Config, readConfig, settingsFile, type WrittenSettings } from './read.ts'
export type { MailServer, Route, Settings } from './schema.ts'
