import type { Budget } from '../budget/budget.ts'
import type { Backend } from './backend.ts'
import { SERVERS } from './measures.ts'
import type { Fairness } from './result.ts'

const BY_DOCKER =
  "Docker's limits in docker-compose.yml: the containers of each stack have the same CPU and memory in all, their servers included. k6 is not limited."

/** What all arms have. @param budget which was applied, unless Docker limits the stacks */
export async function describeFairness({ targets }: Backend, budget: Budget): Promise<Fairness> {
  const arms = await Promise.all(
    targets.map(async ({ arm, processes, databaseConnections, durability }) => ({
      name: arm,
      nodeProcesses: processes.filter((it) => !SERVERS.includes(it)).length,
      databaseConnections,
      durability: await durability(),
    })),
  )
  const isDocker = targets.some(({ shares }) => shares === null)
  const { kind, how, cores } = budget
  return { budget: kind, how: isDocker ? BY_DOCKER : how, cores: isDocker ? null : cores, arms }
}
