import type { ProcessCost } from './costs.ts'

/** What one order cost, on average: the same fields as of a process, each divided by the orders. */
export type OrderCost = Omit<ProcessCost, 'name'>

/**
 * What an order cost over all processes of a stack. Bytes are null where those of one process are.
 * @param orders that settled in the same time
 * @throws Error when no order was counted
 */
export function costPerOrder(costs: ProcessCost[], orders: number): OrderCost {
  if (!(orders > 0)) throw new Error('Without orders there is no cost of an order')
  const total = (of: (cost: ProcessCost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0) / orders
  return {
    statements: total(({ statements }) => statements),
    published: total(({ published }) => published),
    consumed: total(({ consumed }) => consumed),
    bytes: costs.some(({ bytes }) => bytes === null) ? null : total(({ bytes }) => bytes!),
  }
}
