import { mkdir, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { describeMachine, describeProject } from '../compare/machine.ts'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import type { Options } from './options.ts'
import { markdownMatrix, markdownPlanted } from './render.ts'
import { writeFaultsReport } from './report/write.ts'
import type { FaultsResult } from './result.ts'
import type { AllRuns } from './run-all.ts'

/**
 * Makes the directory of the results, before minutes are spent.
 * @returns its absolute path
 * @throws UserError when it cannot be written to
 */
export async function openFaultsDir(
  out: string | undefined,
  startedAt: Date,
  kind: 'faults' | 'planted' | 'chaos',
): Promise<string> {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
  const dir = out ? resolve(out) : `${projectRoot}/results/${kind}-${time}`
  try {
    await mkdir(dir, { recursive: true })
    await writeFile(`${dir}/matrix.md`, 'The runs have not ended yet.\n')
  } catch (error) {
    throw new UserError(
      `--out: ${relative(process.cwd(), dir) || dir} cannot be written to: ${(error as Error).message}`,
    )
  }
  return dir
}

/** Everything about a result but what was run. */
export async function assembleResult(
  { seed, repeat }: Options,
  startedAt: Date,
  versions: AllRuns['versions'],
  outcome: Pick<FaultsResult, 'runs' | 'matrix' | 'planted'>,
): Promise<FaultsResult> {
  return {
    format: 1,
    command: ['npm run faults', ...process.argv.slice(2)].join(' ').replace('faults ', 'faults -- '),
    seed,
    repeat,
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    machine: await describeMachine(),
    versions: { node: process.versions.node, ...versions },
    project: await describeProject(),
    ...outcome,
  }
}

/** Writes the results. @returns the path of what a person reads */
export async function writeFaults(result: FaultsResult, dir: string): Promise<string> {
  await writeFile(`${dir}/faults.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(`${dir}/matrix.md`, result.planted ? markdownPlanted(result) : markdownMatrix(result))
  return writeFaultsReport(result, dir)
}
