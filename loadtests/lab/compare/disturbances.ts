import { countedRounds } from './counting.ts'
import { isDisturbed, isHard, type SoftKind } from './marks.ts'
import type { Result, Round } from './result.ts'

/** A program that is named must have had so much of the machine in some round. */
const WORTH_NAMING = 0.02
const MOST_NAMED = 3

/** What disturbed the rounds that count. */
export type Disturbances = {
  /** In how many rounds, by what it was, the most frequent first. */
  kinds: { kind: SoftKind; rounds: number }[]
  /** What took CPU time in rounds that are marked for it, with its share of the machine in the worst of them, the busiest first. */
  programs: { name: string; share: number }[]
  /** Likewise of the host of a virtual machine; 0 where that is not worth a word. */
  stolen: number
}

/** Looks for what is not tolerated, in blocks that count. */
export function disturbancesOf(result: Pick<Result, 'rounds' | 'arms' | 'rule'>): Disturbances {
  const { tolerate } = result.rule
  const disturbed = countedRounds(result).filter((round) => isDisturbed(round, tolerate))
  const found = disturbed.flatMap((round) => kindsOf(round).filter((kind) => !tolerate.includes(kind)))
  const kinds = [...Map.groupBy(found, (kind) => kind)].map(([kind, all]) => ({ kind, rounds: all.length }))
  const shared = found.includes('company') ? disturbed.filter((it) => kindsOf(it).includes('company')) : []
  const stolen = Math.max(0, ...shared.map(({ company }) => company.stolen))
  return {
    kinds: kinds.toSorted((a, b) => b.rounds - a.rounds),
    programs: worstOf(shared.flatMap(({ company }) => company.programs)),
    stolen: stolen >= WORTH_NAMING ? stolen : 0,
  }
}

/** What took CPU time, for people: `chrome up to 11 %, the host of this virtual machine up to 4 %`; empty where nothing has a name. */
export function takersText({ programs, stolen }: Disturbances): string {
  const host = stolen > 0 ? [{ name: 'the host of this virtual machine', share: stolen }] : []
  return [...programs, ...host]
    .map(({ name, share }) => `${name} up to ${Math.round(share * 100)} %`)
    .join(', ')
}

/** Each kind once. */
const kindsOf = ({ marks }: Round): SoftKind[] => [
  ...new Set(marks.filter((it) => !isHard(it)).map(({ kind }) => kind as SoftKind)),
]

const worstOf = (programs: Disturbances['programs']): Disturbances['programs'] =>
  [...Map.groupBy(programs, ({ name }) => name)]
    .map(([name, seen]) => ({ name, share: Math.max(...seen.map(({ share }) => share)) }))
    .filter(({ share }) => share >= WORTH_NAMING)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MOST_NAMED)
