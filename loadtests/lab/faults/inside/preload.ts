import { fileURLToPath } from 'node:url'
import type { Preload } from '../../stacks/stack.ts'
import type { CrashPoint } from './crash/points.ts'

/** Which crash point a process is to have. */
export const CRASH_POINT = 'LAB_CRASH_POINT'
/** Which planted bug a process is to have. */
export const PLANT = 'LAB_PLANT'

/** By how many milliseconds the clock of a process is ahead. */
export const CLOCK_AHEAD = 'LAB_CLOCK_AHEAD_MS'

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Lets a process be killed at one point, once it is armed. Unarmed, nothing happens. */
export const crashPreload = (point: CrashPoint): Preload => ({
  imports: [path('./crash/main.ts')],
  env: { [CRASH_POINT]: point },
})

/** Makes a process run with a planted bug. */
export const plantPreload = (plant: string): Preload => ({
  imports: [path('./plant.ts')],
  env: { [PLANT]: plant },
})

/** Puts the clock of a process ahead by so many milliseconds; behind when they are fewer than none. */
export const clockPreload = (aheadMs: number): Preload => ({
  imports: [path('./clock/main.ts')],
  env: { [CLOCK_AHEAD]: String(aheadMs) },
})

/** Both of two preloads. */
export const together = (one: Preload, other: Preload): Preload => ({
  imports: [...one.imports, ...other.imports],
  env: { ...one.env, ...other.env },
  openFiles: one.openFiles ?? other.openFiles,
})
