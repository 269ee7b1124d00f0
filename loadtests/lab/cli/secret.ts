import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cacheDir } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'

const FILE = `${cacheDir}/auth-secret`
const LEAST_BYTES = 32

/**
 * The secret that tokens are signed with: AUTH_SECRET, or one that this checkout makes for itself once, so that tokens from
 * one terminal fit the stacks in another.
 * @throws UserError when AUTH_SECRET is too short
 */
export async function authSecret(): Promise<string> {
  const given = process.env.AUTH_SECRET
  if (!given) return (await readSecret()) ?? (await makeSecret())
  if (Buffer.byteLength(given) < LEAST_BYTES) {
    throw new UserError(`AUTH_SECRET is shorter than ${LEAST_BYTES} bytes. Set a longer one, or unset it.`)
  }
  return given
}

async function makeSecret(): Promise<string> {
  await mkdir(cacheDir, { recursive: true })
  const secret = randomBytes(LEAST_BYTES).toString('base64url')
  try {
    await writeFile(FILE, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    // Another command was quicker.
    const theirs = await readSecret()
    if (theirs) return theirs
    throw error
  }
}

async function readSecret(): Promise<string | undefined> {
  const text = await readFile(FILE, 'utf8').catch(() => '')
  return text.trim() || undefined
}
