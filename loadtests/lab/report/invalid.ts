import { judge } from '../compare/judge.ts'
import type { Result } from '../compare/result.ts'

export const NOT_VALID = 'This run is not valid, so its figures are not shown.'

/** What stands for the directory in files that may be moved. */
export const HERE = '<this directory>'

/**
 * What to do about a run that is not valid, a sentence or two.
 * @param dir of its results, as a person would type it
 */
export function nextStep(result: Result, dir: string): string {
  if (result.rule.strict && isValidWithoutStrict(result))
    return `That is by --strict. Without it the same rounds show figures, and what disturbed them: npm run report -- ${dir} --no-strict`
  if (result.audit.some(({ passed }) => !passed))
    return 'A check of the audit that fails is a finding about the shop, not about this machine: report.html has every check.'
  return 'Mend that, and run it again. docs/method.md says what each of these means.'
}

function isValidWithoutStrict(result: Result): boolean {
  const { rounds, audit, ending, rule } = result
  return judge({ facts: result, rounds, audit, ending }, { ...rule, strict: false }).verdict.valid
}
