import type { AuditResult } from '../audit/audit-stack.ts'
import { safe } from './escape.ts'

/** The checks of one stack's audit, folded away when all of them hold. */
export function auditList({ stack, passed, checks }: AuditResult): string {
  const items = checks.map(
    ({ name, ok, detail }) =>
      `<li class="${ok ? 'ok' : 'failed'}"><b>${ok ? 'holds' : 'failed'}</b> ${safe(name)} <small>${safe(detail)}</small></li>`,
  )
  return `<details${passed ? '' : ' open'}><summary>${stack}: ${passed ? `all ${checks.length} checks hold` : 'a check failed'}</summary><ul class="audit">${items.join('\n')}</ul></details>`
}
