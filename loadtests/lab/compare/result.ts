import type { AuditResult } from '../audit/audit-stack.ts'
import type { Budget, BudgetKind } from '../budget/budget.ts'
import type { ProcessCost } from '../cost/costs.ts'
import type { PriceSheet } from '../cost/prices.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import type { Usage } from '../sample/sampler.ts'
import type { StackName } from '../stacks/start.ts'
import type { Interval } from '../stats/interval.ts'
import type { Ratio } from '../stats/ratio.ts'
import type { Measurement } from './load.ts'
import type { VoidKind } from './void.ts'

/** The number of this format; it rises when a reader of the old one would be misled. See docs/result-format.md. */
export const FORMAT = 2

export type Machine = {
  cpu: string
  cores: number
  memoryMiB: number
  os: string
  kernel: string
  architecture: string
}

export type Round = {
  round: number
  position: number
  stack: StackName
  /** True for the second measurement of a stack in a block: held against the first, it shows what this machine can tell. */
  isControl: boolean
  seed: number
  startedAt: string
  /** From before k6 started until no order was under way. */
  windowSeconds: number
  /** Share of the machine's CPU time that went to programs outside the measurement, from 0 to 1. */
  otherCpuShare: number
  /** Orders that settled, or iterations, as the scenario counts its work. */
  work: number
  /** Share of the CPU time that k6 may use, that it did use, from 0 to 1; null where nobody counts it. */
  k6CpuShare: number | null
  /** Orders that k6 was told of, calls whose orders may exist or not, and orders that came to be; null where none are placed. */
  orders: { answered: number; unknown: number; stored: number } | null
  load: Measurement
  processes: Usage[]
  /** Statements, messages and bytes of the Node processes in the window; empty where nobody counts them. */
  costs: ProcessCost[]
  /** Why this round says nothing, one sentence each; empty when it does say something. */
  void: string[]
}

/** What both stacks had, so that a reader can see whether it was fair. */
export type Fairness = {
  budget: BudgetKind
  /** How the CPU budget is kept, a sentence. */
  how: string
  /** Cores of a stack's Node processes, of its servers, and of k6; null where all share all. */
  cores: Budget['cores']
  stacks: {
    name: StackName
    nodeProcesses: number
    /** The most connections to PostgreSQL that its processes may open in all; null where nobody limits them. */
    databaseConnections: number | null
    /** Settings of its PostgreSQL that durability rests on. */
    durability: Record<string, string>
  }[]
}

/** One row of the comparison. */
export type Measure = {
  id: string
  title: string
  /** `money`: of the price sheet's currency. */
  unit: 'ms' | 'MiB' | '1/s' | 'count' | 'KiB' | 'money'
  stacks: Partial<Record<StackName, Interval>>
  /** Services to monolith; null where one of them is missing or zero, or where both are equal by design. */
  ratio: Ratio | null
  /** The monolith to itself, measured twice in each block: null as above, or where there was no control. */
  control: Ratio | null
}

export type Result = {
  format: typeof FORMAT
  project: { name: string; version: string; commit: string | null; dirty: boolean | null }
  startedAt: string
  finishedAt: string
  command: string
  options: {
    scenario: string
    stacks: StackName[]
    rounds: number
    durationSeconds: number
    warmUpSeconds: number
    ratePerSecond: number
    seed: number
    quick: boolean
    via: 'local' | 'docker'
    tolerate: VoidKind[]
  }
  fairness: Fairness
  scenario: {
    title: string
    work: 'orders' | 'iterations'
    unit: string
    latencies: { id: string; title: string }[]
  }
  prices: PriceSheet
  machine: Machine
  versions: Record<'node' | 'k6' | 'postgresql' | 'fastify', string> & { rabbitmq: string | null }
  environment: {
    description: string
    memoryMeasure: MemoryMeasure | 'mixed'
    catalogue: { products: number; stockEach: number }
  }
  stacks: { name: StackName; processes: string[]; unmeasured: string[] }[]
  rounds: Round[]
  audit: AuditResult[]
  /** Blocks, of all measurements that belong together: those that count, and those with a void round. */
  blocks: { counted: number; void: number }
  verdict: { valid: boolean; reasons: string[] }
  /** Null when the run is not valid. */
  comparison: Measure[] | null
}
