import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')
export const cache = join(root, '.cache')
export const logs = join(cache, 'logs')
export const bin = join(cache, 'bin')
export const modules = join(root, 'node_modules')
