import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { jwtVerify } from 'jose'

const SECRET = 'a secret for tests, and for tests alone'

/** Runs the command and tells how it ended. */
async function token(args: string[], env: Record<string, string> = { AUTH_SECRET: SECRET }) {
  const command = ['loadtests/lab/token.ts', ...args]
  const options = { env: { ...process.env, ...env } }
  const run = promisify(execFile)(process.execPath, command, options)
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => error as { code: number; stdout: string; stderr: string },
  )
}

describe('npm run token', () => {
  it('prints a token and nothing else', async () => {
    const { stdout, stderr } = await token(['--sub', 'ada', '--role', 'customer'])
    expect(stderr).toBe('')
    const { payload, protectedHeader } = await jwtVerify(stdout.trim(), Buffer.from(SECRET))
    expect(protectedHeader.alg).toBe('HS256')
    expect(payload).toMatchObject({ sub: 'ada', role: 'customer', iss: 'one-shop-twice', aud: 'shop' })
    expect(payload.exp! - payload.iat!).toBe(3600)
  })

  it('takes a time of expiry', async () => {
    const { stdout } = await token(['--sub', 'root', '--role', 'admin', '--expires', '15m'])
    const { payload } = await jwtVerify(stdout.trim(), Buffer.from(SECRET))
    expect(payload.exp! - payload.iat!).toBe(900)
  })

  it.each([
    ['a role that does not exist', ['--sub', 'ada', '--role', 'boss'], /boss.*customer, admin/],
    [
      'a time that is none',
      ['--sub', 'ada', '--role', 'admin', '--expires', 'soon'],
      /--expires soon is no time/,
    ],
    ['nobody', ['--role', 'admin'], /--sub/],
    ['a name with a space', ['--sub', 'ada l', '--role', 'admin'], /--sub must be/],
    ['an option that does not exist', ['--sub', 'ada', '--role', 'admin', '--loud'], /--loud/],
  ])('refuses %s in one line, with exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await token(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('refuses a secret that is too short', async () => {
    const { code, stderr } = await token(['--sub', 'ada', '--role', 'admin'], { AUTH_SECRET: 'short' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/AUTH_SECRET is shorter than 32 bytes/)
  })
})
