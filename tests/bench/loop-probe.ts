/**
 * Loaded into another program (`node --import`) that was spawned with an IPC channel: tells the delay of its event
 * loop since it was last asked, ms.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolution = 10
const delay = monitorEventLoopDelay({ resolution })
delay.enable()
process.on('message', () => {
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
  process.send?.({ p99: ms(delay.percentile(99)), max: ms(delay.max) })
  delay.reset()
})
