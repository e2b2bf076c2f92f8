/** Loaded into a gateway that is profiled (`node --import`): threads it starts without its own options are, too. */
import { syncBuiltinESMExports } from 'node:module'
import threads, { isMainThread, type WorkerOptions } from 'node:worker_threads'

const flags = process.execArgv.filter((flag) => flag.startsWith('--cpu-prof'))

class ProfiledWorker extends threads.Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    super(file, { ...options, execArgv: [...(options.execArgv ?? []), ...flags] })
  }
}

if (isMainThread) {
  Object.assign(threads, { Worker: ProfiledWorker })
  syncBuiltinESMExports()
}
