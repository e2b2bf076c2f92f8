/**
 * Signing in: passwords, temporary and chosen, sessions, forgotten passwords, limits on attempts, and the record
 * of why an attempt failed. Relies on store, on vault (pepper, temporary passwords, reset tokens), on people, and
 * on delivery's queue for the notices it sends. Promises: one answer for every failure, the exact cause for the
 * administrator alone; nothing stored opens anything; limits count exactly, outlive the process, and shut nobody
 * out for good.
 */
export { type Cause, SignInFailed } from './attempts.ts'
export type { SigninParts, Visitor } from './context.ts'
export { PasswordRefused, type Requirement, type RequirementId } from './requirements.ts'
export type { Session } from './sessions.ts'
export type { SignInRequest } from './sign-in.ts'
export { createSignin, type Method, type Signin } from './signin.ts'
