import exec from 'k6/execution'
import { Trend } from 'k6/metrics'

/** What the two clocks, of whole milliseconds both, may differ by. */
const CLOCKS_MS = 2

/**
 * Seconds at the start of a load that are not measured: k6 itself warms up, since each of its users opens a connection and runs
 * its script for the first time.
 */
const LEAD = Number(__ENV.LEAD || 0)

const startedLateMs = new Trend('started_late_ms', true)

/**
 * How many milliseconds after its scheduled arrival this iteration starts; notes it in `started_late_ms`. k6 starts late when
 * it is short of CPU, and a latency counted from the late start would leave out what the buyer has waited by then
 * (coordinated omission): add it. Call it first.
 * @param perSecond the scenario's constant arrival rate
 */
export function lateness(perSecond: number): number {
  const { iterationInTest, startTime } = exec.scenario
  const late = Date.now() - (startTime + (iterationInTest * 1000) / perSecond)
  const counted = late > CLOCKS_MS ? late : 0
  if (isMeasured(perSecond)) startedLateMs.add(counted)
  return counted
}

/** Whether the lead is over for this iteration. */
export const isMeasured = (perSecond: number) => exec.scenario.iterationInTest >= LEAD * perSecond
