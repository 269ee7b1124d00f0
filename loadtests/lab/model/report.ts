import type { AuditResult } from '../audit/audit-stack.ts'
import { colours as pc } from '../cli/colours.ts'
import type { CheckResult, Failure } from './check.ts'
import { scriptOf } from './script.ts'

/** What to print, and whether all is well. @param seconds how long the commands took */
export function report(
  { commands, runs, calls, alike, failure }: CheckResult,
  audits: AuditResult[],
  seconds: number,
  complaints: string[],
): { text: string; passed: boolean } {
  const broken = audits.flatMap(({ stack, checks }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => pc.red(`Audit of the ${stack}: ${name}: ${detail}`)),
  )
  const ran = `${commands} commands in ${runs} runs, ${calls} calls of each stack, ${seconds.toFixed(1)} s.`
  const races = `Races went the same way on both stacks in ${alike} of ${runs} runs.`
  const verdict = failure
    ? failureText(failure)
    : pc.green('Monolith, services and model agree after every command.')
  const audited = broken.length === 0 ? [pc.green(`The audit of ${audits.length} stacks passed.`)] : broken
  return {
    text: [ran, races, verdict, ...audited, ...complaints.map(pc.red)].join('\n'),
    passed: !failure && broken.length === 0 && complaints.length === 0,
  }
}

/** What failed, how to replay it, and a script that can be pasted. */
export function failureText({ seed, path, commands, error, details }: Failure): string {
  const replay = `npm run model -- --seed ${seed} --path ${path}`
  const shown = commands.map((command) => `  ${JSON.stringify(command)}`)
  const script = details
    ? ['As a script:', '', scriptOf(details.history, prefixOf(details), error.message)]
    : []
  return [
    pc.red(error.stack && !details ? error.stack : error.message),
    '',
    `Replay it: ${replay}`,
    'The commands:',
    ...shown,
    '',
    ...script,
  ].join('\n')
}

/** All SKUs of a run begin with its prefix, and the first step of each is a product. */
function prefixOf({ history }: NonNullable<Failure['details']>): string {
  const [first] = history.flat(2)
  return first && 'caller' in first ? first.caller.sub.replace(/-admin$/, '') : ''
}
