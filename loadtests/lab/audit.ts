import './cli/own-environment.ts'

import { type AuditResult, auditStack } from './audit/audit-stack.ts'
import { readOptions } from './audit/options.ts'
import { colours as pc } from './cli/colours.ts'
import { runCommand } from './cli/command.ts'
import { outcome, renderTable } from './cli/table.ts'

export type { AnsweredOrder, OrderCounts } from './audit/answered.ts'
export { type AuditOptions, type AuditResult, auditStack } from './audit/audit-stack.ts'
export type { Check } from './audit/check.ts'

if (import.meta.main) await runCommand(main)

async function main() {
  const { databases, amqp, json, ...options } = await readOptions(process.argv)
  const result = await auditStack(databases, amqp, options)
  console.log(json ? JSON.stringify(result, null, 2) : render(result))
  return result.passed ? 0 : 1
}

function render({ stack, checks, orders, passed }: AuditResult): string {
  const rows = checks.map(({ name, ok, detail }) => [name, outcome(ok), detail])
  const table = renderTable(['check', stack, 'detail'], rows, { wrap: 1 })
  const failed = checks.filter(({ ok }) => !ok).length
  const verdict = passed
    ? pc.green('All checks passed.')
    : pc.red(`${failed} of ${checks.length} checks failed.`)
  const counts = Object.entries(orders).map(([status, count]) => `${count} ${status}`)
  return `${table}\nOrders: ${counts.join(', ') || 'none'}. ${verdict}`
}
