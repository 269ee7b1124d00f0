import { ABSENT, type Difference, differencesOf, within } from './differences.ts'
import type { Pair } from './pair.ts'
import type { Run } from './read-run.ts'

/** Fields in which runs may differ without any doubt about what their difference is. */
const EXPECTED = [
  'options.seed',
  'options.orderSeed',
  'options.blocks',
  'options.mostSeconds',
  'options.blocksPerStart',
  'options.isRateGiven',
  'options.quick',
  'environment.ignored',
]

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
    ...said('Not judged by the same rule: what one counts, the other may leave out', of('rule')),
    ...onlyInOne(pair),
    ...notes('before', pair.before),
    ...notes('after', pair.after),
  ]
}

const isUnexpected = ({ field, before, after }: Difference) =>
  !EXPECTED.includes(field) && before !== ABSENT && after !== ABSENT

/** What only one run could tell: nothing that went with it can be seen. */
function onlyInOne({ before, after }: Pair): string[] {
  const [old, now] = [ratiosIn(before), ratiosIn(after)]
  const alone = [...old.filter((it) => !now.includes(it)), ...now.filter((it) => !old.includes(it))]
  return alone.length === 0 ? [] : [`Not compared, since only one of the runs has it: ${alone.join('; ')}.`]
}

/** Titles of the rows with a ratio. */
const ratiosIn = ({ result: { comparison } }: Run): string[] =>
  (comparison ?? []).filter(({ ratio }) => ratio).map(({ title }) => title)

const notes = (which: string, { result }: Run): string[] =>
  result.notes.map((note) => `The run ${which}: ${note}`)

const inWords = ({ field, before, after }: Difference) =>
  `${field.replace(/^\w+\./, '')} ${before}, then ${after}`
