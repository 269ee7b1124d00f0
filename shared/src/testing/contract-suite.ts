import { accessCases } from './cases/access.ts'
import { badInventoryCases } from './cases/bad-inventory.ts'
import { badOrderCases } from './cases/bad-order.ts'
import { badTransportCases } from './cases/bad-transport.ts'
import { badUrlCases } from './cases/bad-url.ts'
import { cancellingCases } from './cases/cancelling.ts'
import { catalogueCases } from './cases/catalogue.ts'
import { idempotencyCases } from './cases/idempotency.ts'
import { placingCases } from './cases/placing.ts'
import { processCases } from './cases/process.ts'
import { readingCases } from './cases/reading.ts'
import { restockKeyCases } from './cases/restock-keys.ts'
import { stockCases } from './cases/stock.ts'
import type { ContractCase } from './context.ts'

export { type ContractCase, type ContractContext, createContext } from './context.ts'

const themes: Record<string, ContractCase[]> = {
  catalogue: catalogueCases,
  placing: placingCases,
  stock: stockCases,
  reading: readingCases,
  cancelling: cancellingCases,
  idempotency: [...idempotencyCases, ...restockKeyCases],
  access: accessCases,
  process: processCases,
  'bad order': badOrderCases,
  'bad inventory': badInventoryCases,
  'bad URL': badUrlCases,
  'bad transport': badTransportCases,
}

/**
 * The public contract as a table of cases over a base URL. Each brings its own products and customers, so that the
 * table runs on any running stack, in any order, again and again. Names are unique and start with a theme.
 */
export const contractCases: ContractCase[] = Object.entries(themes).flatMap(([theme, cases]) =>
  cases.map(({ name, run }) => ({ name: `${theme}: ${name}`, run })),
)
