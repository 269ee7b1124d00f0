import { existsSync, readFileSync } from 'node:fs'
import { treeOf } from '../../loadtests/lab/sample/processes.ts'
import { readTable } from '../../loadtests/lab/sample/reader.ts'

/** What a shell may hold that none of it was meant for us: at least one of each kind, most of which break what they reach. */
export const FOREIGN: Record<string, string> = {
  // libpq's, and node-postgres'
  PGHOST: 'nowhere.invalid',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGDATABASE: 'nothing',
  PGPASSWORD: 'wrong',
  PGPASSFILE: '/nonexistent/pgpass',
  PGSERVICE: 'nothing',
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c default_transaction_read_only=on',
  PGCONNECT_TIMEOUT: '1',
  PGAPPNAME: 'somebody',
  PGTZ: 'Asia/Kathmandu',
  PGDATA: '/nonexistent',
  PGCLIENTENCODING: 'LATIN1',
  POSTGRES_PASSWORD: 'wrong',
  POSTGRES_INITDB_ARGS: '--bogus',
  NODE_PG_FORCE_NATIVE: '1',
  // Node's
  NODE_OPTIONS: '--max-old-space-size=64 --trace-warnings',
  NODE_ENV: 'test',
  NODE_DEBUG: 'http,net',
  NODE_USE_ENV_PROXY: '1',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_PENDING_DEPRECATION: '1',
  UV_THREADPOOL_SIZE: '1',
  UNDICI_NO_WASM_SIMD: '1',
  FORCE_COLOR: '3',
  DEBUG: '*',
  // proxies that do not answer
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  ALL_PROXY: 'socks5://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  all_proxy: 'socks5://127.0.0.1:9',
  No_Proxy: 'example.invalid',
  // k6's, and its scripts'
  K6_ITERATIONS: '1',
  K6_VUS: '1',
  K6_DURATION: '1s',
  K6_STAGES: '1s:1',
  K6_RPS: '1',
  K6_OUT: 'csv=/nonexistent/out.csv',
  K6_SUMMARY_MODE: 'full',
  K6_NO_CONNECTION_REUSE: 'true',
  K6_HTTP_DEBUG: 'full',
  K6_PROMETHEUS_RW_PUSH_INTERVAL: '10m',
  BASE_URL: 'http://127.0.0.1:9',
  RATE: '7',
  DURATION: '9m',
  SEED: '99',
  LEAD: '4',
  CUSTOMERS: '1',
  STOCK: '1',
  PATIENCE: '1',
  QUICK_MS: '1',
  RUN: 'somebody',
  // the shop's own
  HOST: '192.0.2.1',
  PORT: '1',
  DATABASE_URL: 'postgres://nowhere.invalid/nothing',
  DATABASE_CONNECTIONS: '2',
  RATE_LIMIT: '1',
  CALLER_SHARE: '0.01',
  PLACES: '1',
  PLACES_HELD: '1',
  ORDERS_URLS: 'http://nowhere.invalid',
  INVENTORY_URLS: 'http://nowhere.invalid',
  AMQP_NAMESPACE: 'somebody',
  // RabbitMQ's, with its prefix and without, and Erlang's
  RABBITMQ_NODENAME: 'somebody@nowhere',
  RABBITMQ_NODE_PORT: '1',
  RABBITMQ_NODE_ONLY: 'true',
  RABBITMQ_USE_LONGNAME: 'true',
  RABBITMQ_CONFIG_FILE: '/nonexistent/rabbitmq.conf',
  RABBITMQ_CONFIG_FILES: '/nonexistent/*.conf',
  RABBITMQ_SERVER_ERL_ARGS: '+bogus',
  RABBITMQ_PLUGINS_DIR: '/nonexistent',
  SERVER_ERL_ARGS: '+bogus',
  NODENAME: 'somebody@nowhere',
  CONF_ENV_FILE: '/nonexistent',
  SYS_PREFIX: '/nonexistent',
  ERL_FLAGS: '+bogus',
  ERL_AFLAGS: '+bogus',
  ERL_ZFLAGS: '+bogus',
  ERL_LIBS: '/nonexistent',
  ERL_EPMD_PORT: '1',
  ELIXIR_ERL_OPTIONS: '+bogus',
  // of every program
  GOGC: '1',
  GOMAXPROCS: '1',
  GODEBUG: 'gctrace=1',
  GOMEMLIMIT: '64MiB',
  MALLOC_ARENA_MAX: '1',
  MALLOC_CHECK_: '3',
  GLIBC_TUNABLES: 'glibc.malloc.check=3',
  LD_BIND_NOW: '1',
  LD_DEBUG_OUTPUT: '/nonexistent/ld',
  TZ: 'Asia/Kathmandu',
  LANG: 'de_DE.UTF-8',
  LC_NUMERIC: 'de_DE.UTF-8',
  LANGUAGE: 'de',
  OTEL_SERVICE_NAME: 'somebody',
  OTEL_SDK_DISABLED: 'true',
  OTEL_TRACES_EXPORTER: 'console',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9',
  // Docker's and Compose's
  COMPOSE_FILE: '/nonexistent/compose.yml',
  COMPOSE_PROJECT_NAME: 'somebody',
  COMPOSE_PROFILES: 'jaeger',
  COMPOSE_ENV_FILES: '/nonexistent/env',
  DOCKER_DEFAULT_PLATFORM: 'linux/s390x',
  DOCKER_BUILDKIT: '0',
  BUILDKIT_PROGRESS: 'quiet',
  // and git's
  GIT_DIR: '/nonexistent',
  GIT_WORK_TREE: '/nonexistent',
}

/** Whether processes' environments can be read here. */
export const SHOWS_ENVIRONMENTS = existsSync('/proc/self/environ')

/** The environment that a process was started with. */
export function environmentOf(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
  return Object.fromEntries(
    entries.map((it) => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]),
  )
}

/** What a process and all that it started were given of the foreign variables: `node: PGHOST`. */
export function foreignIn(root: number, allowed: string[] = []): { processes: string[]; found: string[] } {
  const tree = treeOf(readTable(), root)
  const found = tree.flatMap(({ pid, name }) => {
    const environment = environmentOf(pid)
    const names = Object.keys(FOREIGN).filter(
      (it) => environment[it] === FOREIGN[it] && !allowed.includes(it),
    )
    return names.map((it) => `${name}: ${it}`)
  })
  return { processes: tree.map(({ name }) => name), found }
}
