import { execFile } from 'node:child_process'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { testSecret, useStack } from './support/stack.ts'

type Run = { code: unknown; stdout: string; stderr: string }

function run(secret: string, ...args: string[]): Promise<Run> {
  const command = [`${projectRoot}/loadtests/lab/contract.ts`, ...args]
  const options = { env: { ...process.env, AUTH_SECRET: secret }, cwd: projectRoot }
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

describe('npm run contract', () => {
  const stack = useStack('monolith')
  const oneCase = () => ['--url', stack.current.url, '--only', 'a body without a content type']

  it('runs the cases that were asked for', async () => {
    const { code, stdout } = await run(testSecret, ...oneCase())
    expect(stdout).toMatch(/│ .*a body without a content type.*│ ok +│/)
    expect(stdout).toMatch(/^1 passed\.$/m)
    expect(code).toBe(0)
  })

  it('ends with one line when the stack does not take the tokens', async () => {
    const { code, stdout, stderr } = await run('another secret, of more than 32 bytes', ...oneCase())
    expect(stderr).toBe(
      `${stack.current.url} does not take our tokens. Set AUTH_SECRET to the one that it runs with.\n`,
    )
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('ends with one line when nothing answers', async () => {
    const { code, stderr } = await run(testSecret, '--url', 'http://127.0.0.1:1')
    expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer: .+\n$/)
    expect(code).toBe(2)
  })
})
