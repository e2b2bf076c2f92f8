/**
 * What becomes of a message: an account's definitions are tried in order, for each recipient, and the first that
 * matches decides. Relies on people (accounts, addresses) and store (where definitions are kept).
 * Promises: a message that an explicit mark or a definition names is never relayed instead; an account that never
 * chose has the default definitions; a condition that is not understood is refused when it is set, not ignored
 * when it should match.
 */
export { Condition, Definition, HeldOptions, Outcome } from './definition.ts'
export { decide, type PolicyMessage, type RecipientDecision, type Setter } from './decide.ts'
export { defaultDefinitions } from './defaults.ts'
export { type HeaderView, headerView } from './header-view.ts'
export { createPolicy, type Policy } from './policy.ts'
export { senderTag, type SenderTag } from './tag.ts'
