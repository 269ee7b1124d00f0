import type { LineRequest, OrderLine } from '../contract/schemas.ts'

/** The sum of an order's lines, in cents. */
export const totalCents = (lines: readonly OrderLine[]): number =>
  lines.reduce((total, line) => total + line.quantity * line.unitPriceCents, 0)

/** The first SKU that stands in more than one line, or undefined. */
export function duplicateSku(lines: readonly LineRequest[]): string | undefined {
  const seen = new Set<string>()
  for (const { sku } of lines) {
    if (seen.has(sku)) return sku
    seen.add(sku)
  }
  return undefined
}
