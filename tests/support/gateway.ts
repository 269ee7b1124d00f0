import { type ContractContext, createContext } from '@shop/shared/testing/context.ts'
import { freePort } from '../../loadtests/lab/infra/ports.ts'
import { startProcess, type TestProcess } from './process.ts'
import { testSecret } from './stack.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A gateway and the stand-ins behind it, for the length of one test each. */
export interface TestGateway {
  /** Starts a gateway before these URLs; where none is given, nothing listens. */
  gatewayTo(urls: { orders?: string; inventory?: string }, env?: NodeJS.ProcessEnv): Promise<ContractContext>
  /** Starts a stand-in for a service. */
  upstream(...args: Parameters<typeof startUpstream>): Promise<Upstream>
  /** Tells the gateway to stop, and waits until it has. */
  stop(): Promise<void>
}

/** Call it outside of tests: it ends after each test what the test started. */
export function useGateway(): TestGateway {
  let gateway: TestProcess | undefined
  const upstreams: Upstream[] = []

  async function stop(): Promise<void> {
    gateway?.signal('SIGTERM')
    if (gateway) expect(await gateway.ended).toBe(0)
    gateway = undefined
  }

  afterEach(async () => {
    await stop()
    await Promise.all(upstreams.splice(0).map((it) => it.close()))
  })

  return {
    stop,
    async gatewayTo(urls, more = {}) {
      const url = `http://127.0.0.1:${await freePort()}`
      const nowhere = `http://127.0.0.1:${await freePort()}`
      const env = {
        HOST: '127.0.0.1',
        PORT: new URL(url).port,
        AUTH_SECRET: testSecret,
        LOG_LEVEL: 'info',
        ORDERS_URLS: urls.orders ?? nowhere,
        INVENTORY_URLS: urls.inventory ?? nowhere,
        ...more,
      }
      gateway = startProcess({ name: 'gateway', entry: 'services/gateway/src/main.ts', url, env })
      await gateway.says(`Server listening at ${url}`)
      return createContext({ baseUrl: url, secret: testSecret })
    },
    async upstream(...args) {
      const started = await startUpstream(...args)
      upstreams.push(started)
      return started
    },
  }
}

/** Asks without the contract suite's own checks: here a 503 may be what is wanted. */
export async function ask({ urlFor }: ContractContext, path = '/products', init: RequestInit = {}) {
  const response = await fetch(urlFor(path) + path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
