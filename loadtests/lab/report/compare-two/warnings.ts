import type { StackName } from '../../stacks/stack.ts'
import { LEAST_ROUNDS, resolutionOf } from '../../stats/ratio.ts'
import { company, isDisturbed } from '../company.ts'
import type { Pair } from './changes.ts'
import { ABSENT, type Difference, differencesOf, within } from './differences.ts'
import type { Run } from './read-run.ts'
import { fewestRounds } from './round-values.ts'

/** Fields in which runs may differ without any doubt about what their difference is. */
const EXPECTED = ['options.seed', 'options.rounds', 'options.quick']

/** Why a difference between the runs may have another reason than the code, a sentence each. */
export function warningsOf(pair: Pair): string[] {
  const differences = differencesOf(pair)
  const of = (part: string) => within(differences, part).filter(isUnexpected)
  const said = (begin: string, found: Difference[]) =>
    found.length === 0 ? [] : [`${begin} (${found.map(inWords).join('; ')}).`]
  return [
    ...said('Not the same machine: what differs may be its doing alone', of('machine')),
    ...said('Not the same versions: what differs may be their doing', of('versions')),
    ...said('Not the same load or conditions: the figures are of different things', [
      ...of('options'),
      ...of('environment'),
      ...of('fairness'),
      ...of('prices'),
    ]),
    ...onlyInOne(pair),
    ...runWarnings('before', pair.before),
    ...runWarnings('after', pair.after),
  ]
}

const isUnexpected = ({ field, before, after }: Difference) =>
  !EXPECTED.includes(field) && before !== ABSENT && after !== ABSENT

/** What a run measured and the other did not: nothing that went with it can be seen. */
function onlyInOne({ before, after }: Pair): string[] {
  const alone = [...lackedBy(after, before), ...lackedBy(before, after)]
  return alone.length === 0 ? [] : [`Not compared, since only one of the runs has it: ${alone.join('; ')}.`]
}

/** What a run lacks of another: stacks, and measures of the stacks that it has. */
function lackedBy(run: Run, other: Run): string[] {
  const has = measured(run)
  return [...measured(other)].flatMap(([stack, titles]) => {
    const known = has.get(stack)
    if (!known) return [stack]
    return titles.filter((title) => !known.includes(title)).map((title) => `${stack}: ${title}`)
  })
}

/** Titles of what is not zero, by stack. */
const measured = ({ result: { stacks, comparison } }: Run): Map<StackName, string[]> =>
  new Map(
    stacks.map(({ name }) => {
      const there = (comparison ?? []).filter((measure) => (measure.stacks[name]?.mean ?? 0) > 0)
      return [name, there.map(({ title }) => title)]
    }),
  )

function runWarnings(which: string, { result }: Run): string[] {
  const fewest = fewestRounds(result)
  const isBlind = (result.comparison ?? []).every(({ control }) => resolutionOf(control) === 1)
  return [
    ...(fewest < LEAST_ROUNDS
      ? [
          `The run ${which} has only ${fewest} rounds of a stack: from fewer than ${LEAST_ROUNDS}, nothing can be told.`,
        ]
      : []),
    ...(isBlind ? [`The run ${which} has no stack against itself, so its resolution is not known.`] : []),
    ...(isDisturbed(result) ? [`The run ${which}: ${company(result)}`] : []),
  ]
}

const inWords = ({ field, before, after }: Difference) =>
  `${field.replace(/^\w+\./, '')} ${before}, then ${after}`
