import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Draft, DraftFile, UploadBegun, pieceLimit } from '../../shared/contract/index.ts'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { sendMail } from '../fixtures/mail.ts'
import { signedIn } from '../fixtures/people.ts'
import { stored } from '../fixtures/stored.ts'
import { until } from '../fixtures/until.ts'

let gateway: TestGateway
let bob: BrowserClient
let carol: BrowserClient
let draftId: string
let before: Awaited<ReturnType<typeof stored>>

beforeAll(async () => {
  gateway = await startTestGateway()
  await sendMail(gateway, { to: ['bob@elsewhere.test', 'carol@elsewhere.test'] })
  bob = await signedIn(gateway, 'bob@elsewhere.test')
  carol = await signedIn(gateway, 'carol@elsewhere.test')
})
afterAll(() => gateway[Symbol.asyncDispose]())
beforeEach(async () => {
  draftId = Draft.parse((await bob.post('/api/drafts', { kind: 'new' })).json).id
  before = await stored(gateway)
})

const uploads = () => `/api/drafts/${draftId}/uploads`
const begin = async (size: number, name = 'data.bin') => {
  const answer = await bob.post(`${uploads()}?name=${name}&type=&size=${size}`)
  expect(answer.status).toBe(200)
  return UploadBegun.parse(answer.json).uploadId
}
const piece = (id: string, offset: number | string, body: Buffer, client = bob) =>
  client.send('POST', `${uploads()}/${id}?offset=${offset}`, {
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/octet-stream' },
  })
const abort = (id: string, client = bob) => client.send('DELETE', `${uploads()}/${id}`)
const files = async () => Draft.parse((await bob.get(`/api/drafts/${draftId}`)).json).files

test('a file sent in pieces is the file that arrives', async () => {
  const content = randomBytes(2 * pieceLimit + 777)
  const id = await begin(content.length)
  for (let at = 0; at < content.length; at += pieceLimit) {
    const answer = await piece(id, at, content.subarray(at, at + pieceLimit))
    const last = at + pieceLimit >= content.length
    expect(answer.status).toBe(last ? 200 : 204)
    if (last) expect(DraftFile.parse(answer.json)).toMatchObject({ name: 'data.bin', size: content.length })
  }
  expect(await files()).toHaveLength(1)
  expect((await piece(id, content.length, Buffer.alloc(0))).status).toBe(404)
})

test('an empty file is a file, in pieces or in one', async () => {
  const answer = await piece(await begin(0), 0, Buffer.alloc(0))
  expect(answer.status).toBe(200)
  expect(DraftFile.parse(answer.json)).toMatchObject({ size: 0 })
  const whole = await bob.send('POST', `/api/drafts/${draftId}/files?name=empty.txt&type=text/plain`, {
    body: '',
    headers: { 'content-type': 'application/octet-stream' },
  })
  expect(DraftFile.parse(whole.json)).toMatchObject({ name: 'empty.txt', size: 0 })
})

test('a piece at the wrong place is refused, and says where it goes on', async () => {
  const id = await begin(20)
  expect((await piece(id, 0, Buffer.alloc(10))).status).toBe(204)
  for (const offset of [0, 9, 11, 20]) {
    const answer = await piece(id, offset, Buffer.alloc(10))
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({
      code: 'upload-offset',
      detail: expect.stringContaining('byte 10') as string,
    })
  }
  expect((await piece(id, -1, Buffer.alloc(10))).status).toBe(400)
  expect((await piece(id, '1e1x', Buffer.alloc(10))).status).toBe(400)
  expect((await piece(id, 10, Buffer.alloc(10))).status).toBe(200)
})

test('a piece that is too long or empty is refused, and the upload goes on', async () => {
  const id = await begin(20)
  expect((await piece(id, 0, Buffer.alloc(21))).json).toMatchObject({ code: 'piece-too-long', status: 413 })
  expect((await piece(id, 0, Buffer.alloc(0))).json).toMatchObject({ code: 'piece-empty', status: 400 })
  expect((await piece(id, 0, Buffer.alloc(20))).status).toBe(200)
  const large = await begin(2 * pieceLimit)
  expect((await piece(large, 0, Buffer.alloc(pieceLimit + 1))).status).toBe(413)
  expect((await piece(large, 0, Buffer.alloc(pieceLimit))).status).toBe(204)
  expect((await abort(large)).status).toBe(204)
})

test('a file that is announced too large, or not at all, is not begun', async () => {
  const answer = await bob.post(`${uploads()}?name=a&type=&size=${gateway.config.sizeLimit + 1}`)
  expect(answer.status).toBe(413)
  expect(answer.json).toMatchObject({ code: 'files-too-large' })
  for (const size of ['-1', '1.5', 'x', '1&size=2']) {
    expect((await bob.post(`${uploads()}?name=a&type=&size=${size}`)).status, size).toBe(400)
  }
  expect((await bob.post(`${uploads()}?name=a&type=`)).status).toBe(400)
})

test('nobody else has it: not their draft, not their upload', async () => {
  const id = await begin(20)
  expect((await carol.post(`${uploads()}?name=a&type=&size=1`)).status).toBe(404)
  expect((await piece(id, 0, Buffer.alloc(20), carol)).status).toBe(404)
  expect((await abort(id, carol)).status).toBe(404)
  const nobody = browserClient(gateway.httpUrl, gateway.origin)
  expect((await piece(id, 0, Buffer.alloc(20), nobody)).status).toBe(401)
  const other = Draft.parse((await bob.post('/api/drafts', { kind: 'new' })).json).id
  const elsewhere = await bob.send('DELETE', `/api/drafts/${other}/uploads/${id}`)
  expect(elsewhere.status).toBe(404)
  expect((await piece(id, 0, Buffer.alloc(20))).status).toBe(200)
})

test('what is given up leaves nothing', async () => {
  const id = await begin(3 * pieceLimit)
  await piece(id, 0, randomBytes(pieceLimit))
  expect(await stored(gateway)).not.toEqual(before)
  expect((await abort(id)).status).toBe(204)
  expect(await stored(gateway)).toEqual(before)
  expect((await abort(id)).status).toBe(404)
  expect(await files()).toEqual([])
})

test('a line that breaks in a piece loses that piece alone', async () => {
  const content = randomBytes(2 * pieceLimit)
  const id = await begin(content.length)
  await piece(id, 0, content.subarray(0, pieceLimit))
  const { hostname, port } = new URL(gateway.httpUrl)
  const cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST ${uploads()}/${id}?offset=${pieceLimit} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n` +
      `Content-Type: application/octet-stream\r\nContent-Length: ${pieceLimit}\r\n\r\n`,
  )
  socket.write(content.subarray(pieceLimit, pieceLimit + 200_000))
  // While it is on its way, no other piece is taken.
  await until(async () => (await piece(id, 0, Buffer.alloc(1))).status === 409, 'the piece has begun')
  socket.destroy()
  let answer = await piece(id, pieceLimit, content.subarray(pieceLimit))
  await until(async () => {
    if (answer.status === 409) answer = await piece(id, pieceLimit, content.subarray(pieceLimit))
    return answer.status !== 409
  }, 'the broken piece is forgotten')
  expect(answer.status).toBe(200)
  expect(await files()).toMatchObject([{ size: content.length }])
})
