/**
 * Accounts and people: who belongs to whom, by which address, with which settings. Relies on store and vault.
 * Promises: one person for one normalised address, whichever account wrote to them; one account for a domain.
 */
export { asciiDomain, parseAddress, type ParsedAddress } from './address.ts'
export { noticeAddress } from './notice-address.ts'
export { type Account, createPeople, type People, type Person } from './people.ts'
export { AccountSettings } from './settings.ts'
export { ensureTemporary, replaceByTemporary, temporaryLife } from './temporary.ts'
