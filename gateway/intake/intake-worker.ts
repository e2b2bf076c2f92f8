import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerSetup } from './worker-protocol.ts'

/** Where an intake worker begins. Compiled code is kept between runs, so what is to be compiled comes after. */
const port = parentPort
if (!port) throw new Error('this file runs as a worker')
// Only `workers.ts` starts it, with nothing else.
const setup = workerData as WorkerSetup
if (setup.compileCache !== undefined) enableCompileCache(setup.compileCache)
const { takeMail } = await import('./take-mail.ts')
await takeMail(port, setup)
