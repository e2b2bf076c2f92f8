import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { imageType } from '../../gateway/http/image-type.ts'
import {
  NotFetched,
  type PublicFetchOptions,
  isPublic,
  publicFetch,
  publicOnly,
} from '../../gateway/http/public-fetch.ts'

describe('addresses of our own networks are never connected to', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    'not an address',
  ])('%s', (address) => {
    expect(isPublic(address)).toBe(false)
  })

  test.each(['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true)
  })

  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://1.1.1.1:22/',
    'ftp://1.1.1.1/a.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'http://me:secret@1.1.1.1/',
    'nonsense',
  ])('%s is refused', async (url) => {
    await expect(publicFetch(url)).rejects.toThrow(NotFetched)
  })

  test('a name with one private address among its public ones is refused', async () => {
    const options = { ...publicOnly, resolve: async () => ['1.1.1.1', '10.0.0.1'] }
    await expect(publicFetch('http://tricky.example/', options)).rejects.toThrow('not a public address')
  })
})

describe('fetching', () => {
  let server: Server
  let port: number
  let requests: string[]
  let asked: number
  let options: PublicFetchOptions

  beforeEach(async () => {
    requests = []
    asked = 0
    server = createServer((request, response) => {
      requests.push(`${request.headers.host ?? ''}${request.url ?? ''}`)
      const path = request.url ?? ''
      if (path === '/picture') response.end('picture')
      else if (path === '/away') response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
      else if (path === '/hop') response.writeHead(301, { location: '/picture' }).end()
      else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else if (path === '/large') response.end(Buffer.alloc(2000))
      else if (path === '/slow') response.write('a')
      else response.writeHead(404).end('no')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
    options = {
      resolve: async () => {
        asked++
        // The first answer counts: a later one may lead elsewhere (DNS rebinding).
        return asked === 1 ? ['127.0.0.1'] : ['10.0.0.1']
      },
      permits: (address) => address === '127.0.0.1',
      mostBytes: 1000,
      timeout: 500,
    }
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const url = (path: string) => `http://pictures.example:${port}${path}`

  test('goes to the address that was checked, by the name that was asked for', async () => {
    const { bytes } = await publicFetch(url('/picture'), options)
    expect(bytes.toString()).toBe('picture')
    expect(requests).toEqual([`pictures.example:${port}/picture`])
    expect(asked).toBe(1)
  })

  test('a redirect is looked up and checked anew', async () => {
    await expect(publicFetch(url('/hop'), options)).rejects.toThrow('not a public address')
    await expect(
      publicFetch(url('/away'), { ...options, resolve: async () => ['127.0.0.1'] }),
    ).rejects.toThrow('not a public address')
  })

  test('endless redirects, large and slow answers end', async () => {
    const settled = { ...options, resolve: async () => ['127.0.0.1'] }
    await expect(publicFetch(url('/loop'), settled)).rejects.toThrow('too many redirects')
    expect(requests).toHaveLength(4)
    await expect(publicFetch(url('/large'), settled)).rejects.toThrow('larger than 1000 bytes')
    await expect(publicFetch(url('/slow'), settled)).rejects.toThrow(NotFetched)
    await expect(publicFetch(url('/missing'), settled)).rejects.toThrow('answered 404')
  })
})

test.each([
  ['image/png', Buffer.from('89504e470d0a1a0a0000', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ffe000104a46', 'hex')],
  ['image/gif', Buffer.from('GIF89a..')],
  ['image/webp', Buffer.from('RIFF\x01\x02\x03\x04WEBPVP8 ', 'latin1')],
  ['image/avif', Buffer.from('\0\0\0\x20ftypavif\0\0\0\0avifmif1', 'latin1')],
  [undefined, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  [undefined, Buffer.from('<!doctype html>')],
  [undefined, Buffer.from('\0\0\0\x20ftypisom\0\0\0\0isomiso2', 'latin1')],
  [undefined, Buffer.alloc(0)],
])('%s is told by its first bytes', (type, bytes) => {
  expect(imageType(bytes)).toBe(type)
})
