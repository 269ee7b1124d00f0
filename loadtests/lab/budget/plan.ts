import type { Budget, BudgetKind } from './budget.ts'
import { physicalCores } from './topology.ts'

/** Where a budget is planned. */
export type Place = {
  /** Cores that this command may use; null where processes cannot be put on some of them. */
  allowed: number[] | null
  /** Which cores are hardware threads of the same physical core. */
  siblings: number[][]
  /** How many cores the machine has. */
  inAll: number
}

/** Plans who may use which cores at a place. Other threads of the stack's physical core would slow it down, and stay idle. */
export function planAt({ allowed, siblings, inAll }: Place, kind: BudgetKind): Budget {
  if (kind === 'naive') return { kind, how: NAIVE, cores: null }
  if (!allowed || allowed.length < 2) return { kind, how: whyNone(allowed, inAll), cores: null }
  const [first, ...physical] = physicalCores(allowed, siblings)
  const [own, ...threads] = first!
  const [others, idle] = physical.length > 0 ? [physical.flat().toSorted(ascending), threads] : [threads, []]
  const [apps, about] = [[own!], threads.length > 0 ? ` ${aboutThreads(own!, idle)}` : '']
  if (kind === 'colocated') {
    const how = `CPU affinity: a stack's Node processes, its PostgreSQL and its RabbitMQ share ${cores(apps)}; k6 has ${cores(others)}.${about}`
    return { kind, how, cores: { apps, rest: apps, k6: others, idle } }
  }
  const how = `CPU affinity: the Node processes of a stack share ${cores(apps)}, as many as the other's; PostgreSQL, RabbitMQ and k6 share ${cores(others)}, where k6 goes first.${about}`
  return { kind, how, cores: { apps, rest: others, k6: others, idle } }
}

const NAIVE =
  'None: every process may use every core, so that three Node processes can use more of them than one, and k6 and the servers take from whom they meet.'
const NOT_POSSIBLE =
  'None: this system cannot put processes on cores of their own (that takes Linux and taskset).'

function whyNone(allowed: number[] | null, inAll: number): string {
  if (!allowed) return NOT_POSSIBLE
  if (inAll === 1) return 'None: this machine has one core, and a budget takes two.'
  return `None: of this machine's ${inAll} cores, this command may use ${cores(allowed)} alone, and a budget takes two.`
}

const aboutThreads = (own: number, idle: number[]) =>
  idle.length > 0
    ? `Idle: ${cores(idle)}, as ${idle.length === 1 ? 'it is a hardware thread' : 'they are hardware threads'} of the same physical core as core ${own}.`
    : 'All of these are hardware threads of one physical core, so that each side slows the other down.'

const ascending = (a: number, b: number) => a - b
const cores = (list: number[]) => `core${list.length === 1 ? '' : 's'} ${list.join(', ')}`
