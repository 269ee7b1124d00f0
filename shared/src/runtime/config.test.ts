import Type from 'typebox'
import { baseConfig, ConfigError, databaseConfig, loadConfig, port, upstreamUrls } from './config.ts'

const schema = Type.Object({
  ...baseConfig,
  ...databaseConfig,
  PORT: port(3000),
  ORDERS_URLS: upstreamUrls('orders'),
})
const good = {
  AUTH_SECRET: 'x'.repeat(32),
  DATABASE_URL: 'postgres://shop:pass@127.0.0.1:5432/shop',
  ORDERS_URLS: 'http://127.0.0.1:4001',
}

function messageOf(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(schema, env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the configuration was taken')
}

describe('the configuration', () => {
  it('has defaults', () => {
    expect(loadConfig(schema, good)).toEqual({
      ...good,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      DATABASE_CONNECTIONS: 10,
      PORT: 3000,
    })
  })

  it('reads numbers, and takes an empty variable for an absent one', () => {
    const { PORT, HOST } = loadConfig(schema, { ...good, PORT: '0', HOST: '' })
    expect([PORT, HOST]).toEqual([0, '127.0.0.1'])
  })

  it('leaves other variables alone', () => {
    expect(loadConfig(schema, { ...good, PATH: '/bin' })).not.toHaveProperty('PATH')
  })

  it('names everything that is missing at once', () => {
    expect(messageOf({}).split('\n')).toEqual([
      'The configuration is not valid:',
      expect.stringContaining('AUTH_SECRET: it is not set'),
      expect.stringContaining('DATABASE_URL: it is not set'),
      expect.stringContaining('ORDERS_URLS: it is not set'),
    ])
  })

  it('names everything that is wrong at once, each once, and repeats no secret', () => {
    const message = messageOf({
      AUTH_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db/shop',
      ORDERS_URLS: 'http://user:hunter2@here/with/a/path',
      PORT: '70000',
      LOG_LEVEL: 'loud',
    })
    const names = [...message.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name)
    expect(names.sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'LOG_LEVEL', 'ORDERS_URLS', 'PORT'])
    expect(message).toMatch(/PORT: "70000" is not a port/)
    expect(message).not.toContain('hunter2')
  })

  it.each(['4000.5', 'http', '-1'])('takes no port of %j', (value) => {
    expect(messageOf({ ...good, PORT: value })).toContain('PORT')
  })

  it.each(['http://a:1,http://b:2', 'https://orders', 'http://[::1]:4001/'])(
    'takes upstreams of %s',
    (urls) => {
      expect(loadConfig(schema, { ...good, ORDERS_URLS: urls }).ORDERS_URLS).toBe(urls)
    },
  )

  it.each(['a:1', 'http://a,', 'http://a;http://b', 'ftp://a', 'http://'])(
    'takes no upstreams of %s',
    (urls) => {
      expect(messageOf({ ...good, ORDERS_URLS: urls })).toContain('ORDERS_URLS')
    },
  )
})
