import type { AuditResult } from '../audit/audit-stack.ts'
import type { Budget, BudgetKind } from '../budget/budget.ts'
import type { ProcessCost } from '../cost/costs.ts'
import type { PriceSheet } from '../cost/prices.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import type { Usage } from '../sample/sampler.ts'
import type { Company } from '../sample/window.ts'
import type { StackName } from '../stacks/start.ts'
import type { Interval } from '../stats/interval.ts'
import type { Ratio } from '../stats/ratio.ts'
import type { Arm } from './arms.ts'
import type { Measurement } from './load.ts'
import type { Mark, SoftKind } from './marks.ts'

/** The number of this format; it rises when a reader of the old one would be misled. See docs/result-format.md. */
export const FORMAT = 3

export type Machine = {
  cpu: string
  cores: number
  /** Hardware threads of a physical core; null where the system does not tell. */
  threadsPerCore: number | null
  /** How the frequency is chosen, `performance` say; null where the system does not tell. */
  governor: string | null
  memoryMiB: number
  os: string
  kernel: string
  architecture: string
}

/** One measurement of one arm. Those with the same `block` belong together. */
export type Round = {
  /** From 1, over the whole run. */
  block: number
  /** Place in the block, from 1. */
  position: number
  /** Which start of the processes it was measured on, from 1. */
  start: number
  /** The arm's name. */
  arm: string
  stack: StackName
  seed: number
  startedAt: string
  /** From before k6 started until no order was under way. */
  windowSeconds: number
  /** What programs outside the measurement used of the machine meanwhile. */
  company: Company
  /** Orders that settled, or iterations, as the scenario counts its work; those of the lead count. */
  work: number
  /** Share of the CPU time that k6 may use, that it did use, from 0 to 1; null where nobody counts it. */
  k6CpuShare: number | null
  /** Orders that k6 was told of, calls whose orders may exist or not, and orders that came to be; null where none are placed. */
  orders: { answered: number; unknown: number; stored: number } | null
  load: Measurement
  processes: Usage[]
  memoryMeasure: MemoryMeasure | 'mixed'
  /** Statements, messages and bytes of the Node processes in the window; empty where nobody counts them. */
  costs: ProcessCost[]
  /** All that was wrong with it; empty when nothing was. */
  marks: Mark[]
}

/** What both arms had, so that a reader can see whether it was fair. */
export type Fairness = {
  budget: BudgetKind
  /** How the CPU budget is kept, a sentence. */
  how: string
  /** Cores of a stack's Node processes, of its servers, of k6, and those that stay idle; null where all share all. */
  cores: Budget['cores']
  arms: {
    name: string
    nodeProcesses: number
    /** The most connections to PostgreSQL that its processes may open in all; null where nobody limits them. */
    databaseConnections: number | null
    /** Settings of its PostgreSQL that durability rests on. */
    durability: Record<string, string>
  }[]
}

/** How the rate was chosen: of those that were tried, the first that `fits`. */
export type RateTry = {
  ratePerSecond: number
  arm: string
  /** Share of its CPU budget that the arm used. */
  budgetShare: number
  k6CpuShare: number | null
  /** How late the median iteration began. */
  lateMs: number
  droppedIterations: number
  fits: boolean
}

/** What is known of a run when its first block begins. */
export type Facts = {
  format: typeof FORMAT
  project: { name: string; version: string; commit: string | null; dirty: boolean | null }
  startedAt: string
  command: string
  options: {
    scenario: string
    stacks: StackName[]
    /** The revision that the working tree is held against; null without one. */
    against: string | null
    /** Blocks that were asked for; null where it is measured until it is known. */
    blocks: number | null
    /** How long it is measured at most. */
    mostSeconds: number
    /** Load at the front of each round whose latencies do not count, then what counts. */
    leadSeconds: number
    durationSeconds: number
    /** Blocks on one start of the processes; null where all are on one. */
    blocksPerStart: number | null
    ratePerSecond: number
    /** Whether the rate was asked for, and not fitted to the machine. */
    isRateGiven: boolean
    seed: number
    /** What the order of the arms follows from. */
    orderSeed: number
    quick: boolean
    via: 'local' | 'docker'
  }
  rateTries: RateTry[]
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
    catalogue: { products: number; stockEach: number }
    /** Variables of the caller's shell that the measured processes were given, by name, and those that were kept from them. */
    passedOn: string[]
    ignored: string[]
  }
  /** The first is what the ratios' second is divided by. */
  arms: (Arm & { processes: string[]; unmeasured: string[] })[]
}

/** What the run is judged by. */
export type Rule = {
  /** Blocks that were disturbed do not count. */
  strict: boolean
  /** What is not to mark a round. */
  tolerate: SoftKind[]
}

/** The audit of one arm, after one start. */
export type ArmAudit = AuditResult & { arm: string; start: number }

/** How a run ended. */
export type Ending = {
  finishedAt: string
  /** `known`: as well as was asked for; `blocks`: as many as were asked for; `time`: the time was over; `asked`: somebody ended it. */
  because: 'known' | 'blocks' | 'time' | 'asked'
  /** What was not in order when processes were stopped, a sentence each. */
  complaints: string[]
}

/** One row of the comparison. */
export type Measure = {
  id: string
  title: string
  /** `money`: of the price sheet's currency. */
  unit: 'ms' | 'MiB' | 'count' | 'KiB' | 'money'
  /** The row that it is a part of; null where it is none. */
  partOf: string | null
  /** What is counted and not timed: the same on a noisy machine. */
  isCount: boolean
  /** By the arm's name. */
  arms: Record<string, Interval>
  /** Second arm to first; null where one of them is missing or zero. */
  ratio: Ratio | null
  /** The same over undisturbed blocks alone; null where all that count are undisturbed, or fewer than two are. */
  quiet: Ratio | null
  /** Of the two primary measures, by Holm over both; null for all others, which carry an interval and no verdict. */
  verdict: 'higher' | 'lower' | 'cannot tell' | null
}

/** The same arm measured twice in a block: how far the two differ, as a share, root mean square over blocks. */
export type SameTwice = { arm: string; cpu: number | null; median: number | null }

export type Result = Facts & {
  ending: Ending | null
  rounds: Round[]
  audit: ArmAudit[]
  rule: Rule
  /** Complete blocks: those that count, and of these the undisturbed; and those that do not count. */
  blocks: { counted: number; quiet: number; void: number }
  /** What the intervals are over. */
  intervalsOver: 'blocks' | 'starts'
  /** How many of them. */
  units: number
  verdict: { valid: boolean; reasons: string[] }
  /** What a reader must know of a valid run, a sentence each. */
  notes: string[]
  /** Null when the run is not valid. */
  comparison: Measure[] | null
  /** Rows that too few orders were measured for: what, and why. */
  omitted: { title: string; why: string }[]
  sameTwice: SameTwice[]
}
