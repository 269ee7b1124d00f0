import type { FaultsResult, PlantedResult } from '../result.ts'

/** What a report is made of: runs of faults, of planted bugs, or both. */
export type Reported = FaultsResult & { planted?: PlantedResult[] }
