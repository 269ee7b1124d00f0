import { rateText } from '../../overload/report/words.ts'
import { figure, times } from '../../report/format.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { CapacityRatio, CapacityResult, StackCapacity } from '../result.ts'
import { ratesOf } from './rates.ts'

type Words = { subject: string; hold: string; settle: string }

const WORDS: Record<StackName, Words> = {
  monolith: { subject: 'the monolith', hold: 'holds', settle: 'settles' },
  services: { subject: 'the services', hold: 'hold', settle: 'settle' },
}

/** What was found, in a sentence. */
export function headline({ stacks, ratio, faults }: CapacityResult): string {
  if (faults.length > 0) return 'The run is not valid: something is not as it must be.'
  if (!ratio) return stacks.map((it) => capital(`${finding(it)}.`)).join(' ')
  const of = ratio.value === 0 ? 'none' : `${times(ratio.value)} the rate`
  return `The services hold ${of} of orders that the monolith holds.`
}

/** What was found of one stack, two sentences. */
export function stackSentences(stack: StackCapacity): string {
  return [`${capital(finding(stack))}.`, ...atTheEdge(stack), ...voidProbes(stack)].join(' ')
}

/** `476 (436 to 519)`; `at least 400`, where nothing failed; `none`. */
export function capacityText({ perSecond, low, high }: Pick<StackCapacity, 'perSecond' | 'low' | 'high'>) {
  if (perSecond === 0) return 'none'
  if (high === null) return `at least ${rateText(low ?? perSecond)}`
  return `${whole(perSecond)} (${low === null ? 'at most' : `${rateText(low)} to`} ${rateText(high)})`
}

/** `0.38× (0.34 to 0.43)`. */
export function ratioText({ value, low, high }: CapacityRatio): string {
  return `${times(value)}${low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`}`
}

function finding(it: StackCapacity): string {
  const { subject, hold } = WORDS[it.stack]
  if (it.perSecond === 0) return `${subject} ${hold} no rate at all`
  return `${subject} ${hold} ${capacityText(it)} orders a second`
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
  return [`${count} void and did not count, for example because ${reasons[0]}.`]
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US')
const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`
