import type { Problem } from './schemas.ts'

/** Where a gateway can't be reached at all. */
export const offline: Problem = {
  type: 'about:blank',
  title: 'The gateway cannot be reached',
  status: 0,
  detail: 'Check your connection, then try again.',
  code: 'offline',
}

/**
 * What the gateway said; where it was not the gateway that answered (a proxy in between), a problem of ours.
 * @param status of HTTP. @param text the body.
 */
export function readProblem(status: number, text: string): Problem {
  try {
    const value: unknown = JSON.parse(text)
    if (isProblem(value)) return value
  } catch {
    // No JSON: whatever stands between us and the gateway wrote it.
  }
  return {
    type: 'about:blank',
    title: `HTTP ${status}`,
    status: 502,
    detail: offline.detail,
    code: 'no-answer',
  }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'status' in value &&
    typeof value.status === 'number'
  )
}
