// Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
const TABLE = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555,
  2.0518, 2.0484, 2.0452, 2.0423,
]
const NORMAL = 1.959964

/**
 * The 97.5 % quantile of Student's t distribution: half the width of a 95 % interval, in standard errors.
 * From a table up to 30 degrees of freedom, by the Cornish-Fisher expansion above; to four decimals.
 * @param degrees of freedom, 1 or more
 */
export function student975(degrees: number): number {
  const known = TABLE[degrees - 1]
  if (known !== undefined) return known
  const z = NORMAL
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  return z + first / degrees + second / degrees ** 2
}
