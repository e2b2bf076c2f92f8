import { expect, test } from 'vitest'
import { createRouter, memoryPlace, parsePath, pathOf, type Route } from '../../shared/portal/routes.ts'

const routes: readonly [string, Route][] = [
  ['/portal/inbox', { name: 'folder', folder: 'inbox' }],
  ['/portal/inbox/01JD', { name: 'folder', folder: 'inbox', id: '01JD' }],
  ['/portal/sent/sent-01JD', { name: 'folder', folder: 'sent', id: 'sent-01JD' }],
  ['/portal/drafts/7', { name: 'folder', folder: 'drafts', id: '7' }],
  ['/m/postern1.k.p.s', { name: 'link', token: 'postern1.k.p.s' }],
  ['/reset/abc', { name: 'reset', token: 'abc' }],
]

test.each(routes)('%s leads to a place, and the place to it', (path, route) => {
  expect(parsePath(path)).toEqual(route)
  expect(pathOf(route)).toBe(path)
})

test('the bare portal is the inbox', () => {
  expect(parsePath('/portal')).toEqual({ name: 'folder', folder: 'inbox' })
  expect(parsePath('/portal/')).toEqual({ name: 'folder', folder: 'inbox' })
  expect(parsePath('/')).toEqual({ name: 'folder', folder: 'inbox' })
})

test('a link that a mail filter has hung something on still leads to its place', () => {
  expect(parsePath('/m/postern1.k.p.s?utm_source=mail#top')).toEqual({
    name: 'link',
    token: 'postern1.k.p.s',
  })
  expect(parsePath('/m/postern1%2Ek.p.s')).toEqual({ name: 'link', token: 'postern1.k.p.s' })
  expect(parsePath('/m/100%')).toEqual({ name: 'link', token: '100%' })
})

test.each([
  '/portals',
  '/portal/nowhere',
  '/portal/inbox/1/2',
  '/m',
  '/m/a/b',
  '/reset',
  '/portal/__proto__',
])('%s is no place of the portal', (path) => {
  expect(parsePath(path)).toEqual({ name: 'unknown' })
})

test('Back leads to the place before', () => {
  const router = createRouter(memoryPlace('/portal'))
  router.navigate({ name: 'folder', folder: 'sent' })
  router.navigate({ name: 'folder', folder: 'sent', id: 'sent-1' })
  router.back()
  expect(router.route.value).toEqual({ name: 'folder', folder: 'sent' })
})

test('Back does not lead to a place that was replaced', () => {
  const router = createRouter(memoryPlace('/portal/inbox'))
  router.navigate({ name: 'link', token: 't' })
  router.navigate({ name: 'folder', folder: 'inbox', id: '1' }, { replace: true })
  router.back()
  expect(router.route.value).toEqual({ name: 'folder', folder: 'inbox' })
})
