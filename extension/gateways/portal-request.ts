import type { PortalRequest } from '../protocol.ts'
import { isRecord } from './records.ts'

const methods: ReadonlySet<unknown> = new Set(['GET', 'POST', 'PUT', 'DELETE'])

/** What an admitted page asks over its port; undefined where it is no such request. Paths are checked where they are called. */
export function readPortalRequest(message: unknown): PortalRequest | undefined {
  if (!isRecord(message) || !Number.isSafeInteger(message['id'])) return undefined
  const id = message['id'] as number
  const { call, path, method, body, type, size, base64, last } = message
  switch (call) {
    case 'json':
      if (typeof path !== 'string' || !methods.has(method)) return undefined
      return {
        id,
        call,
        method: method as 'GET' | 'POST' | 'PUT' | 'DELETE',
        path,
        ...(body !== undefined && { body }),
      }
    case 'bytes':
    case 'window':
      return typeof path === 'string' ? { id, call, path } : undefined
    case 'upload':
      if (typeof path !== 'string' || typeof type !== 'string') return undefined
      return Number.isSafeInteger(size) && Number(size) >= 0
        ? { id, call, path, type, size: Number(size) }
        : undefined
    case 'piece':
      return typeof base64 === 'string' && typeof last === 'boolean' ? { id, call, base64, last } : undefined
    case 'abort':
    case 'pair':
      return { id, call }
    default:
      return undefined
  }
}
