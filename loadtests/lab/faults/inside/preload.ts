import { fileURLToPath } from 'node:url'
import type { Preload } from '../../stacks/stack.ts'
import type { CrashPoint } from './crash/points.ts'

/** Which crash point a process is to have. */
export const CRASH_POINT = 'LAB_CRASH_POINT'
/** Which planted bug a process is to have. */
export const PLANT = 'LAB_PLANT'

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

/** Both of two preloads. */
export const together = (one: Preload, other: Preload): Preload => ({
  imports: [...one.imports, ...other.imports],
  env: { ...one.env, ...other.env },
})
