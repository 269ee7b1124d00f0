import type { AuditResult } from '../audit/audit-stack.ts'
import { safe } from './escape.ts'

/** The checks of one audit, folded away when all of them hold. @param title what was audited, for instead of the stack */
export function auditList({ stack, passed, checks }: AuditResult, title: string = stack): string {
  const items = checks.map(
    ({ name, ok, detail }) =>
      `<li class="${ok ? 'ok' : 'failed'}"><b>${ok ? 'holds' : 'failed'}</b> ${safe(name)} <small>${safe(detail)}</small></li>`,
  )
  return `<details${passed ? '' : ' open'}><summary>${safe(title)}: ${passed ? `all ${checks.length} checks hold` : 'a check failed'}</summary><ul class="audit">${items.join('\n')}</ul></details>`
}
