import { basename, dirname, normalize } from 'node:path'
import { judge, type Record } from '../../compare/judge.ts'
import { readRecord } from '../../compare/record.ts'
import type { Result, Rule } from '../../compare/result.ts'
import { UserError } from '../../infra/user-error.ts'

/** A run and its directory, as a person typed it. */
export type Run = { dir: string; result: Result }

const FILE = /^(result\.json|rounds\.jsonl)$/
/** Without these there is nothing to report. */
const FACTS = [
  'project',
  'options',
  'scenario',
  'machine',
  'versions',
  'environment',
  'fairness',
  'prices',
] as const
const OF_A_ROUND = ['arm', 'company', 'load', 'processes', 'costs', 'marks'] as const

/**
 * Reads what a run of `npm run compare` measured, as far as it got, and judges it.
 * @param path its directory, or a file of its within
 * @param rule what it is to be judged by; what this does not say is as it was when it was measured
 * @throws UserError when there is none, or none that this version can read
 */
export async function readRun(path: string, rule: Partial<Rule> = {}): Promise<Run> {
  const dir = normalize(FILE.test(basename(path)) ? dirname(path) : path).replace(/(?<=.)\/$/, '')
  const { rule: recorded, ...record } = await readRecord(dir)
  requireWhole(dir, record)
  return { dir, result: judge(record, { strict: false, tolerate: [], ...recorded, ...rule }) }
}

function requireWhole(dir: string, { facts, rounds, audit }: Record): void {
  const lacking =
    FACTS.find((part) => !facts[part]) ??
    (Array.isArray(facts.arms) && facts.arms.length > 0 ? undefined : 'arms') ??
    (Array.isArray(audit) ? undefined : 'audit') ??
    (Array.isArray(rounds) ? undefined : 'rounds') ??
    rounds.flatMap((round) => lackingOf(facts.scenario, round)).at(0)
  if (lacking === undefined) return
  throw new UserError(
    `${dir} is damaged: it has no ${lacking}. Run it again: npm run compare -- --out ${dir}`,
  )
}

function lackingOf({ latencies }: Record['facts']['scenario'], round: Record['rounds'][number]): string[] {
  const where = `of round ${round.position} in block ${round.block}`
  const part = OF_A_ROUND.find((name) => !round[name])
  if (part) return [`${part} ${where}`]
  const latency = latencies.find(({ id }) => !round.load.latencies?.[id]?.hdr)
  return latency ? [`latency "${latency.id}" ${where}`] : []
}
