import { type Infra, startInfra } from '../infra/infra.ts'
import { release } from '../infra/leash.ts'
import { startPostgres } from '../infra/postgres.ts'
import { createRunDir } from '../infra/run-dir.ts'
import type { StackName } from '../stacks/stack.ts'

/** Starts what these stacks need: the monolith knows no broker. @throws UserError */
export async function startInfraFor(stacks: StackName[]): Promise<Omit<Infra, 'pids' | 'outages'>> {
  if (stacks.includes('services')) return startInfra()
  const dir = await createRunDir()
  try {
    const postgres = await startPostgres({ dir: dir.path })
    const stop = async () => {
      await postgres.stop()
      await dir.remove()
      await release()
    }
    return { postgresUrl: postgres.url, amqpUrl: '', dir: dir.path, ready: Promise.resolve(), stop }
  } catch (error) {
    await dir.remove()
    await release()
    throw error
  }
}
