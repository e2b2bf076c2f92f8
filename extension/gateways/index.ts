/**
 * The background of the extension: which gateways are trusted, whether a link is genuine, who is signed in where,
 * and every call to a gateway. Relies on `links` for judging, on `shared/link` for what gateways sign, and on
 * `Surroundings` for all that is the browser's. Promises: a token never leaves it, no gateway is spoken to before a
 * person or policy trusts it (but to look at one on a person's wish), nothing is answered to a sender that the
 * browser does not vouch for, and nothing is lost when the browser puts it to sleep.
 */
export { startBackground } from './background.ts'
export type { Surroundings } from './surroundings.ts'
