import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { projectRoot } from '../../loadtests/lab/infra/paths.ts'

export type Output = { code: number; stdout: string; stderr: string }

export const GATE = '--fail-on-regression'

/** A directory of made-up results for each test of a file, and `npm run report` in it. */
export function inResultsDir() {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/report-`)
  })
  afterEach(() => rm(dir, { recursive: true }))
  return {
    path: (name: string) => `${dir}/${name}`,
    read: (name: string) => readFile(`${dir}/${name}`, 'utf8'),
    /** Writes a file of a run, `result.json` if nothing else is said. */
    async write(name: string, content: unknown, file = 'result.json') {
      await mkdir(`${dir}/${name}`, { recursive: true })
      await writeFile(
        `${dir}/${name}/${file}`,
        typeof content === 'string' ? content : JSON.stringify(content),
      )
    },
    report(...args: string[]): Promise<Output> {
      const command = [`${projectRoot}/loadtests/lab/report.ts`, ...args]
      return new Promise((resolve) => {
        execFile(process.execPath, command, { cwd: dir }, (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
        })
      })
    },
  }
}

/** That it ended with exit code 2, and one line. */
export function expectRefused({ code, stdout, stderr }: Output, reason: RegExp) {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toMatch(reason)
}
