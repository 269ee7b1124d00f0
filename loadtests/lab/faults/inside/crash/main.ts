// Loaded by `node --import` before a process of the shop. Kills it by SIGKILL at the point that the environment names,
// once it has been armed.
import { CRASH_POINT } from '../preload.ts'
import { onArmed } from './arm.ts'
import { halveBurst } from './bursts.ts'
import { keepFromLeaving } from './leaving.ts'
import { burstPoints, type CrashPoint, gatherAt, isOfRelay, statementPoints } from './points.ts'
import { type Moment, watchStatements } from './statements.ts'

/** How long a batch is held back so that the next one has more than one message. */
const GATHER_MS = 200

const point = process.env[CRASH_POINT] as CrashPoint
/** Occurrences until the end; undefined while nobody has armed the point. */
let left: number | undefined
onArmed((occurrence) => {
  left = occurrence
})

/** Whether this occurrence is the one. */
function isIt(): boolean {
  if (left === undefined) return false
  left--
  return left === 0
}

const isEnd = ({ when, statement, since }: Moment) =>
  when === 'after' && /^(commit|rollback)$/.test(statement) && since('take-unsent')

const die = () => process.kill(process.pid, 'SIGKILL')

const isThere = statementPoints[point as keyof typeof statementPoints] as
  | ((moment: Moment) => boolean)
  | undefined
const method = burstPoints[point as keyof typeof burstPoints] as 'publish' | 'ack' | undefined
if (!isThere && !method) throw new Error(`${CRASH_POINT} names no crash point: ${point}`)

let isRelaying = false

watchStatements(
  (moment) => {
    isRelaying = moment.statement === 'take-unsent' || (isRelaying && !isEnd(moment))
    if (isThere?.(moment) && isIt()) die()
  },
  (statement) => (left !== undefined && statement === gatherAt[point] ? GATHER_MS : 0),
)
if (method) halveBurst(method, isIt, die)
if (isOfRelay(point)) keepFromLeaving(() => left !== undefined && !isRelaying)
