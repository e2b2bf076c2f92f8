/** The HTTP contract: schemas and types of every request and answer, and the one typed client. */
export * from './schemas.ts'
export { createClient, type PortalClient, ProblemError, type UploadProgress } from './client.ts'
export type { BytesOptions, Transport, UploadOptions } from './client.ts'
export { offline, readProblem } from './read-problem.ts'
