import type { Result } from '../compare/result.ts'
import { joined } from './format.ts'

/** What both stacks had, as name and value. */
export function fairnessManifest({ fairness, options }: Result): [string, string][] {
  const each = (of: (stack: Result['fairness']['stacks'][number]) => string) =>
    fairness.stacks.map((stack) => `${stack.name}: ${of(stack)}`).join('; ')
  return [
    ['CPU budget', `${fairness.budget}. ${fairness.how}`],
    ['Node processes', each(({ nodeProcesses }) => String(nodeProcesses))],
    [
      'Database connections',
      each(({ databaseConnections }) =>
        databaseConnections === null
          ? 'not limited by this command'
          : `${databaseConnections} at most in all`,
      ),
    ],
    [
      'Durability',
      each(({ durability }) =>
        Object.entries(durability)
          .map(([name, setting]) => `${name} ${setting}`)
          .join(', '),
      ),
    ],
    ['Left on', 'authentication, validation, logs, metrics, load shedding, publisher confirms'],
    [
      'Does not void a round here',
      options.tolerate.length > 0 ? `${joined(options.tolerate)} (--tolerate)` : 'nothing that should',
    ],
  ]
}
