import type { Stack } from '../stacks/start.ts'
import { createClient } from './client.ts'
import { createRest } from './rest.ts'
import type { Subject } from './run.ts'

/** A running stack as the model test sees it. Close its client and its rest at the end. @param secret its AUTH_SECRET */
export async function createSubject({ name, url, databases }: Stack, secret: string): Promise<Subject> {
  return {
    name,
    client: createClient(url, secret),
    rest: await createRest(databases),
    settling: name === 'monolith' ? 'at once' : 'soon',
  }
}
