import { expect, test } from 'vitest'
import { bearerToken, sessionCookie } from '../../gateway/http/cookie.ts'

const token = 'a'.repeat(43)

test('over https the cookie is held to this host by its name', () => {
  const cookie = sessionCookie(true)
  expect(cookie.set(token)).toBe(`__Host-postern=${token}; Path=/; HttpOnly; SameSite=Lax; Secure`)
  expect(cookie.read(`a=b; __Host-postern=${token}`)).toBe(token)
  expect(cookie.read(`postern=${token}`)).toBeUndefined()
})

test('over http it has a plain name and is not Secure', () => {
  const cookie = sessionCookie(false)
  expect(cookie.set(token)).toBe(`postern=${token}; Path=/; HttpOnly; SameSite=Lax`)
  expect(cookie.clear()).toContain('Max-Age=0')
})

test.each([
  undefined,
  '',
  'postern=',
  'postern',
  `xpostern=${token}`,
  'postern=short',
  `postern="${token}"`,
  `postern=${token}%0d%0a`,
  `postern=${token}; postern=${'b'.repeat(43)}`,
])('no session is read from %j', (header) => {
  expect(sessionCookie(false).read(header)).toBeUndefined()
})

test('a token that could add an attribute is never written', () => {
  expect(() => sessionCookie(false).set('x; Domain=evil.example')).toThrow()
})

test('a bearer token is read whatever the case of its scheme', () => {
  expect(bearerToken(`bearer ${token}`)).toBe(token)
  expect(bearerToken(`Basic ${token}`)).toBeUndefined()
  expect(bearerToken('Bearer a b')).toBeUndefined()
  expect(bearerToken(undefined)).toBeUndefined()
})
