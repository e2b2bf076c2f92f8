import type { Permissions } from '../../contract/index.ts'

const names = ['reply', 'replyAll', 'forward', 'print', 'download'] as const

export type PermissionName = (typeof names)[number]

/** What may not be done. Replying to all goes without saying where replying is not allowed at all. */
export function restrictions(permissions: Permissions): PermissionName[] {
  return names.filter((name) => !permissions[name] && (name !== 'replyAll' || permissions.reply))
}

export function allowances(permissions: Permissions): PermissionName[] {
  return names.filter((name) => permissions[name])
}
