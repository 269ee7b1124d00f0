import type { Result } from '../compare/result.ts'

/** What both arms had, as name and value. */
export function fairnessManifest({ fairness }: Result): [string, string][] {
  const each = (of: (arm: Result['fairness']['arms'][number]) => string) =>
    fairness.arms.map((arm) => `${arm.name}: ${of(arm)}`).join('; ')
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
  ]
}
