import { figure } from '../../report/format.ts'
import type { Latency } from '../probe.ts'

/** Orders a second: `40`, `38.8`, `1,750`. */
export const rateText = (perSecond: number) =>
  Number.isInteger(perSecond) ? perSecond.toLocaleString('en-US') : figure(perSecond)

/** Median and 99th percentile: `4 / 31 ms`. */
export const latencyText = (latency: Latency) =>
  latency ? `${milliseconds(latency.p50Ms)} / ${milliseconds(latency.p99Ms)} ms` : ''

const milliseconds = (ms: number) => (ms < 9.95 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en-US'))
