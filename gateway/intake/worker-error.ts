import { Problem } from '../problem.ts'
import { StoreTrouble } from '../store/index.ts'

type Field = string | number | boolean

/** An error on its way to another thread, which would lose its class and all that is not a message. */
export interface ErrorData {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** `code`, `status`, `errcode`, `port` and their like. */
  readonly fields: Readonly<Record<string, Field>>
  readonly cause: ErrorData | undefined
}

export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, fields: {}, cause: undefined }
  }
  const fields: Record<string, Field> = {}
  for (const [name, value] of Object.entries(error)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields[name] = value
  }
  const { name, message, stack, cause } = error
  return { name, message, stack, fields, cause: cause === undefined ? undefined : errorData(cause) }
}

/** The error again: a Problem as what it was, so that the edge answers with it as ever; others with all they carried. */
export function errorOf(data: ErrorData): Error {
  const cause = data.cause && errorOf(data.cause)
  const error = revived(data, cause)
  if (data.stack !== undefined) error.stack = data.stack
  return error
}

function revived({ name, message, fields }: ErrorData, cause: Error | undefined): Error {
  const { kind, code, status } = fields
  if (name === 'Problem' && typeof code === 'string' && typeof status === 'number') {
    if (kind === 'full' || kind === 'failing' || kind === 'damaged' || kind === 'busy')
      return new StoreTrouble(kind, cause)
    return new Problem(code, status, message, cause)
  }
  return Object.assign(new Error(message, cause && { cause }), { name, ...fields })
}
