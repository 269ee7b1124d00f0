import { countBlocks } from './counting.ts'
import { isDisturbed, isHard, type SoftKind } from './marks.ts'
import type { Result } from './result.ts'

/** A program that is named must have had so much of the machine in some round. */
const WORTH_NAMING = 0.02
const MOST_NAMED = 3

/** What disturbed the rounds that count. */
export type Disturbances = {
  /** In how many rounds, by what it was, the most frequent first. */
  kinds: { kind: SoftKind; rounds: number }[]
  /** Programs that took CPU time in rounds marked for it, with their share of the machine in the worst round, the busiest first. */
  programs: { name: string; share: number }[]
  /** The largest share of the machine that the host of a virtual machine took in such a round. */
  stolen: number
}

/** Looks for what is not tolerated, in blocks that count. */
export function disturbancesOf({
  rounds,
  arms,
  rule,
}: Pick<Result, 'rounds' | 'arms' | 'rule'>): Disturbances {
  const { counted } = countBlocks(rounds, arms, rule)
  const marked = counted.filter((round) => isDisturbed(round, rule.tolerate))
  const kindsIn = ({ marks }: (typeof marked)[number]) =>
    new Set(marks.filter((it) => !isHard(it)).map(({ kind }) => kind as SoftKind))
  const kinds = new Map<SoftKind, number>()
  for (const round of marked)
    for (const kind of kindsIn(round))
      if (!rule.tolerate.includes(kind)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const shared = kinds.has('company') ? marked.filter((round) => kindsIn(round).has('company')) : []
  const worst = new Map<string, number>()
  for (const { name, share } of shared.flatMap(({ company }) => company.programs))
    worst.set(name, Math.max(share, worst.get(name) ?? 0))
  return {
    kinds: [...kinds].map(([kind, rounds]) => ({ kind, rounds })).toSorted((a, b) => b.rounds - a.rounds),
    programs: [...worst]
      .map(([name, share]) => ({ name, share }))
      .filter(({ share }) => share >= WORTH_NAMING)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, MOST_NAMED),
    stolen: Math.max(0, ...shared.map(({ company }) => company.stolen)),
  }
}

/** What took CPU time, for people: `chrome up to 11 %, the host of this virtual machine up to 4 %`; empty where nothing is worth a name. */
export function takersText({ programs, stolen }: Disturbances): string {
  const host = stolen >= WORTH_NAMING ? [{ name: 'the host of this virtual machine', share: stolen }] : []
  return [...programs, ...host]
    .map(({ name, share }) => `${name} up to ${Math.round(share * 100)} %`)
    .join(', ')
}
