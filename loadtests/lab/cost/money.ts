import type { Usage } from '../sample/sampler.ts'
import type { PriceSheet } from './prices.ts'

const MS_PER_HOUR = 3_600_000
const SECONDS_PER_HOUR = 3_600
const MIB_PER_GIB = 1024
const MILLION = 1_000_000

/** The price of a million orders, in the sheet's currency. */
export type Money = { cpu: number; memory: number; total: number }

/** What a process used for some orders: CPU time, and memory that it held, over a window of time. */
export type Used = Pick<Usage, 'cpuMs'> & { memoryMiB: Pick<Usage['memoryMiB'], 'median'> }

/**
 * The price of a million orders: CPU time as it was used, and memory as it was held, which is paid for whether or not orders
 * come, so its part falls as the rate rises. Nothing is added for processors that idle, disks, traffic or people.
 * @param window how long it was measured, in seconds, and how many orders settled in that time
 * @throws Error when no order was counted
 */
export function moneyOf(
  { cpuMs, memoryMiB }: Used,
  { windowSeconds, orders }: { windowSeconds: number; orders: number },
  { vcpuHour, memoryGiBHour }: PriceSheet,
): Money {
  if (!(orders > 0)) throw new Error('Without orders there is no price of an order')
  const millions = orders / MILLION
  const cpu = ((cpuMs / MS_PER_HOUR) * vcpuHour) / millions
  const gibHours = (memoryMiB.median / MIB_PER_GIB) * (windowSeconds / SECONDS_PER_HOUR)
  const memory = (gibHours * memoryGiBHour) / millions
  return { cpu, memory, total: cpu + memory }
}

/** What several processes cost together. */
export const sumOfMoney = (all: Money[]): Money =>
  all.reduce(
    (sum, it) => ({ cpu: sum.cpu + it.cpu, memory: sum.memory + it.memory, total: sum.total + it.total }),
    { cpu: 0, memory: 0, total: 0 },
  )

/** `12.30 USD`; with more digits where there would be none: `0.0042 USD`. */
export function moneyText(amount: number, { currency }: Pick<PriceSheet, 'currency'>): string {
  const isSmall = amount !== 0 && Math.abs(amount) < 0.1
  const digits = isSmall
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return `${amount.toLocaleString('en-US', digits)} ${currency}`
}
