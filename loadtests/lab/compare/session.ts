import { signToken } from '@shop/shared/runtime/auth.ts'
import { type Budget, pinGroups, planBudget } from '../budget/budget.ts'
import { seedCatalogue } from '../seed.ts'
import type { PlacedArm } from './arms.ts'
import type { Backend, StartBackend, Target } from './backend.ts'
import {
  addCounts,
  countsOf,
  type Figures,
  measureRound,
  type OrderCounts,
  type RoundLoad,
} from './measure.ts'
import type { Options } from './options.ts'
import type { ArmAudit } from './result.ts'

/** Enough of each product that none sells out. */
export const CATALOGUE = { products: 400, stockEach: 1_000_000 }

/** One start of the processes of all arms, on fresh databases. */
export type Session = {
  backend: Backend
  budget: Budget
  /** Its number, from 1. */
  start: number
  /** Loads an arm once. Its orders are held against the database at the end. */
  measure(target: Target, load: RoundLoad): Promise<Figures>
  /** Checks what must always hold. */
  audit(): Promise<ArmAudit[]>
  /** Stops everything. Returns a sentence for each thing that was not in order. */
  stop(): Promise<string[]>
}

/** @throws UserError when something does not start; nothing is left then */
export async function openSession(
  arms: PlacedArm[],
  number: number,
  { budget: kind, seed }: Pick<Options, 'budget' | 'seed'>,
  start: StartBackend,
): Promise<Session> {
  const backend = await start(arms, kind)
  try {
    const budget = await planBudget(kind)
    for (const { shares } of backend.targets) if (shares) await pinGroups(budget, shares)
    await Promise.all(backend.targets.map(({ url }) => seedArm(url, backend.secret, seed)))
    return sessionOf(backend, budget, number)
  } catch (error) {
    await backend.stop()
    throw error
  }
}

function sessionOf(backend: Backend, budget: Budget, start: number): Session {
  const asked = new Map<string, OrderCounts>()
  return {
    backend,
    budget,
    start,
    async measure(target, load) {
      const figures = await measureRound({ backend, target, budget }, load)
      asked.set(target.arm, addCounts(asked.get(target.arm) ?? NONE, countsOf(figures.load)))
      return figures
    },
    async audit() {
      const audits: ArmAudit[] = []
      for (const target of backend.targets) {
        const result = await target.audit(asked.get(target.arm) ?? NONE)
        audits.push({ ...result, arm: target.arm, start })
      }
      return audits
    },
    stop: () => backend.stop(),
  }
}

const NONE = { answered: 0, lost: 0 }

async function seedArm(url: string, secret: string, seed: number) {
  const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '1h')
  await seedCatalogue(url, token, { ...CATALOGUE, seed })
}
