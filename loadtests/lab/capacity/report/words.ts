import { figure, joined, times } from '../../report/format.ts'
import type { StackName } from '../../stacks/stack.ts'
import { ratesOf } from '../rates.ts'
import type { CapacityRatio, CapacityResult, StackCapacity } from '../result.ts'
import { doubtsOf, hasFailedInCompany } from './doubts.ts'
import { rateText } from './figures.ts'

type Words = { subject: string; hold: string }

const WORDS: Record<StackName, Words> = {
  monolith: { subject: 'the monolith', hold: 'holds' },
  services: { subject: 'the services', hold: 'hold' },
}

/** What was found, in a sentence. */
export function headline({ stacks, ratio, faults, refusals }: CapacityResult): string {
  if (faults.length > 0) return 'The run is not valid: something is not as it must be.'
  if (refusals.length > 0) return 'The run is refused, as --strict asks: something disturbed it.'
  const busy = stacks.some(hasFailedInCompany) ? ', on a machine that had other work' : ''
  if (!ratio) return `${joined(stacks.map(finding).map((it, i) => (i === 0 ? capital(it) : it)))}${busy}.`
  const of = ratio.value === 0 ? 'none' : `${times(ratio.value)} the rate`
  return `The services hold ${of} of orders that the monolith holds${busy}.`
}

/** What was found of one stack, a few sentences. */
export function stackSentences(stack: StackCapacity): string {
  return [`${capital(finding(stack))}.`, ...atTheEdge(stack), ...voidProbes(stack)].join(' ')
}

/** What is not certain, and why, a sentence or two each. */
export const notices = ({ stacks, endedByHand }: CapacityResult): string[] => [
  ...(endedByHand ? ['The search was ended by hand before it was over.'] : []),
  ...stacks.flatMap((it) => doubtsOf(it).map((doubt) => `${capital(WORDS[it.stack].subject)}: ${doubt}`)),
]

/**
 * `476 (436 to 519)`; `at least 400`, where no end was found; `at most 50`, where none held that was tried; `about 476`, where
 * no rate held or failed each time; `none`; `not known`.
 */
export function capacityText({ perSecond, low, high }: Pick<StackCapacity, 'perSecond' | 'low' | 'high'>) {
  if (perSecond === 0 && low === 0) return 'none'
  if (perSecond === 0) return high === null ? 'not known' : `at most ${rateText(high)}`
  if (high !== null)
    return `${whole(perSecond)} (${low === null ? 'at most' : `${rateText(low)} to`} ${rateText(high)})`
  return low === null ? `about ${whole(perSecond)}` : `at least ${rateText(low)}`
}

/** `0.38× (0.34 to 0.43)`. */
export function ratioText({ value, low, high }: CapacityRatio): string {
  return `${times(value)}${low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`}`
}

function finding(it: StackCapacity): string {
  const { subject, hold } = WORDS[it.stack]
  const text = capacityText(it)
  if (text === 'none') return `${subject} ${hold} no rate at all`
  if (text === 'not known') return `what ${subject} ${hold} is not known`
  return `${subject} ${hold} ${text} orders a second`
}

/** What was in use at the highest rate that held: which processor was full tells what the limit is. */
function atTheEdge(stack: StackCapacity): string[] {
  const edge = ratesOf(stack).findLast(({ held, failed }) => held > 0 && held >= failed)
  if (!edge?.cores) return []
  const { apps, servers, k6 } = edge.cores
  return [
    `At ${rateText(edge.ratePerSecond)} a second, the Node processes used ${figure(apps)} cores, their servers ${figure(servers)}, k6 ${figure(k6)}.`,
  ]
}

function voidProbes({ probes }: StackCapacity): string[] {
  const reasons = probes.filter(({ phase }) => phase !== 'warm-up').flatMap((it) => it.void.slice(0, 1))
  if (reasons.length === 0) return []
  const count = reasons.length === 1 ? 'One probe was' : `${reasons.length} probes were`
  return [`${count} void and did not count, for example because ${reasons[0]!.why}.`]
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US')
const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`
