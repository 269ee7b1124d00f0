import { doubtsOf } from '../../capacity/report/doubts.ts'
import { joined } from '../../report/format.ts'
import { type Company, companyText, DISTURBED } from '../../sample/window.ts'
import type { OverloadResult } from '../result.ts'
import { timesText } from './words.ts'

/** How it was measured, one honest sentence each. */
export function method(result: OverloadResult): string[] {
  const { rules, stacks } = result
  const seconds = stacks[0]!.loads[0]!.seconds
  return [
    `Each load lasts ${seconds} s. k6 places orders of one to three lines at a fixed rate, however slow the answers are (an open model), one stack after the other, each on fresh servers.`,
    `A buyer waits ${rules.patienceSeconds} s for an answer, then gives up. An order is good when its buyer was answered by then and it settled within ${rules.settlesWithinMs / 1000} s of being placed. Goodput is good orders for each second of load, counted in the database.`,
    capacityRule(result),
    whereK6Runs(result),
    `A refusal is an answer 503; all carried Retry-After unless said otherwise. It is quick within ${rules.quickMs} ms. Orders are not sent when every virtual user of k6 waits for an answer: they count as offered and not served.`,
    `After each load, one order after another is placed until one settles, and the databases and queues are watched until nothing is under way. More than ${rules.recoversWithinMs / 1000} s for either would be a failure.`,
    company(result),
    ...limitsOfK6(result),
  ]
}

function whereK6Runs({ cores, machine }: OverloadResult): string {
  if (!cores)
    return `k6 runs on the same ${machine.cores} cores as the stack, and takes more of them the more it offers, as the table tells. With a load generator on a machine of its own, capacity and goodput would be higher.`
  const [own, k6] = [cores.stack.length, cores.k6.length].map((n) => (n === 1 ? 'one core' : `${n} cores`))
  return `On a machine of ${machine.cores} cores, the stack and its servers have ${own} for themselves, k6 has ${k6}: what k6 needs to offer more is not taken from the stack. A stack with the whole machine would settle more.`
}

function capacityRule({ rules, stacks }: OverloadResult): string {
  if (stacks.every(({ capacity }) => capacity.search === null))
    return 'The capacity was not searched for: it is the rate that the command gave.'
  const { objective, probeSeconds } = rules
  return `Capacity is what \`npm run capacity -- --quick\` would find on the same cores: the rate that holds in half of the probes near the edge. One of ${probeSeconds} s holds when 99 of 100 orders of which a buyer waits for the settling settle in less than ${objective.p99Ms} ms, no request fails, none goes unsent and every order settles. Multiples are of that rate; of the highest that is known to hold, where no end was found.`
}

/** From this share of its cores on, k6 has nothing left. */
const SPENT = 0.9

/** That k6 itself could not do more, a sentence for each stack and load; from there on it is the limit, or a part of it. */
function limitsOfK6({ stacks, cores, machine }: OverloadResult): string[] {
  const own = cores?.k6.length ?? machine.cores
  return stacks.flatMap(({ stack, loads }) => {
    const spent = loads.filter((load) => load.cores.k6 >= SPENT * own).map(timesText)
    if (spent.length === 0) return []
    return `At ${joined(spent)} on the ${stack}, k6 used all of the processor that it had: what was not sent or was answered late is in part its own doing.`
  })
}

/** How much else ran on the machine, a sentence. */
function company(result: OverloadResult): string {
  const most = `During a load, ${companyText(mostCompany(result))}, at the most`
  return isDisturbed(result)
    ? `${most}: the figures are lower and less steady than they could be.`
    : `${most}.`
}

/** What a reader must know before the figures. */
export const warnings = (result: OverloadResult): string[] => [
  ...result.stacks.flatMap(({ stack, capacity }) =>
    doubtsOf({ probes: capacity.search?.probes ?? [] }).map((it) => `The capacity of the ${stack}: ${it}`),
  ),
  ...(isDisturbed(result) ? [company(result)] : []),
  ...limitsOfK6(result),
]

const isDisturbed = (result: OverloadResult) => mostCompany(result).share >= DISTURBED

const mostCompany = ({ stacks }: OverloadResult): Company =>
  stacks
    .flatMap(({ loads }) => loads.map((load) => load.company))
    .reduce((most, it) => (it.share > most.share ? it : most))
