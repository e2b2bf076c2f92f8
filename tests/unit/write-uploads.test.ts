import { describe, expect, it } from 'vitest'
import { ProblemError, type DraftFile, type UploadOptions } from '../../shared/contract/index.ts'
import { createUploads, timeLeft } from '../../shared/portal/write/uploads.ts'

interface Call {
  readonly name: string
  readonly options: UploadOptions
  readonly done: () => void
  readonly fail: (error: Error) => void
}

function target() {
  const calls: Call[] = []
  const removed: string[] = []
  return {
    calls,
    removed,
    add: (file: Blob, name: string, options: UploadOptions) =>
      new Promise<DraftFile>((resolve, reject) => {
        const call: Call = {
          name,
          options,
          done: () => resolve({ id: `id-${name}`, name, type: file.type, size: file.size }),
          fail: reject,
        }
        options.signal?.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')))
        calls.push(call)
      }),
    remove: async (id: string) => {
      removed.push(id)
    },
  }
}

const file = (name: string, size = 100) => new File([new Uint8Array(size)], name)
const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('files of a draft', () => {
  it('go up two at a time and say how far they are', async () => {
    const gateway = target()
    const uploads = createUploads(gateway, [], { now: () => 1000 })
    uploads.add([file('a'), file('b'), file('c')])
    expect(gateway.calls.map(({ name }) => name)).toEqual(['a', 'b'])
    gateway.calls[0]?.options.progress?.({ sent: 60, total: 120 })
    expect(uploads.items.value[0]).toMatchObject({ state: 'sending', sent: 50 })
    gateway.calls[0]?.done()
    await settle()
    expect(gateway.calls.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(uploads.open.value).toBe(2)
  })

  it('stop when cancelled, also where the file was there already', async () => {
    const gateway = target()
    const uploads = createUploads(gateway, [], { now: () => 0 })
    uploads.add([file('a'), file('b')])
    await uploads.remove(1)
    expect(uploads.items.value.map(({ name }) => name)).toEqual(['b'])
    expect(gateway.calls[0]?.options.signal?.aborted).toBe(true)
    gateway.calls[0]?.done()
    await settle()
    expect(uploads.items.value.map(({ name }) => name)).toEqual(['b'])
  })

  it('stay in the list with the reason when they fail, and can be tried again', async () => {
    const gateway = target()
    const uploads = createUploads(gateway, [], { now: () => 0 })
    uploads.add([file('a')])
    gateway.calls[0]?.fail(
      new ProblemError({ type: '', title: '', status: 413, code: 'too-large', detail: 'Too large.' }),
    )
    await settle()
    expect(uploads.items.value[0]).toMatchObject({ state: 'failed', why: 'Too large.' })
    expect(uploads.failed.value).toBe(1)
    uploads.retry(1)
    gateway.calls[1]?.done()
    await uploads.settled()
    await settle()
    expect(uploads.items.value[0]).toMatchObject({ state: 'done', id: 'id-a' })
  })

  it('are taken away at the gateway too', async () => {
    const gateway = target()
    const attached = [{ id: 'f1', name: 'old.pdf', type: 'application/pdf', size: 5 }]
    const uploads = createUploads(gateway, attached, { now: () => 0 })
    await uploads.remove(1)
    expect(gateway.removed).toEqual(['f1'])
    expect(uploads.items.value).toEqual([])
  })

  it('let sending wait until all are there', async () => {
    const gateway = target()
    const uploads = createUploads(gateway, [], { now: () => 0 })
    uploads.add([file('a')])
    let settled = false
    void uploads.settled().then(() => {
      settled = true
    })
    await settle()
    expect(settled).toBe(false)
    gateway.calls[0]?.done()
    await settle()
    await settle()
    expect(settled).toBe(true)
  })

  it('say the time left only once it can be known', () => {
    const upload = { size: 1000, sent: 250, startedAt: 0 }
    expect(timeLeft(upload, 500)).toBeUndefined()
    expect(timeLeft(upload, 2000)).toBe(6000)
    expect(timeLeft({ ...upload, startedAt: undefined }, 2000)).toBeUndefined()
  })
})
