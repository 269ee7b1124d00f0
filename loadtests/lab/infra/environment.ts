import { cacheDir, compiledDir } from './paths.ts'

// A variable in somebody's shell must neither break nor bend a measurement: not PGSSLMODE, not K6_ITERATIONS, not NODE_OPTIONS.
// So whatever is started here gets an environment of its own, made from what it needs; all else stays behind.

/** What every program needs of the shell: where programs are, who it runs for, and where it may write. */
const EVERYBODYS = /^(PATH|HOME|USER|LOGNAME|TMPDIR)$/
/** What programs need that reach beyond this machine, to fetch packages or images. */
const NETWORK = /^((https?|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i
/** Where Docker is, and how its client gets there. */
const DOCKERS =
  /^(DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION)|SSH_AUTH_SOCK|XDG_RUNTIME_DIR)$/
const NPMS = /^npm_config_/i
/** How k6 gets into a Prometheus that asks who it is, and what it sends there. */
const PROMETHEUS = /^K6_PROMETHEUS_RW_/
/** Where spans go, and how many: docs/tracing.md. */
const TRACING = /^OTEL_(EXPORTER_OTLP_(ENDPOINT|HEADERS|COMPRESSION|CERTIFICATE)|TRACES_SAMPLER_ARG)$/
/** What the commands themselves read, as the README says. */
const INPUTS = /^(POSTGRES_URL|AMQP_URL|AMQP_USERS|K6_BIN|AUTH_SECRET|LOG_LEVEL|NO_COLOR|TERM)$/
/** What says which of several is measured, or measures. */
const SERVERS_AND_TOOLS = /^(POSTGRES_URL|AMQP_URL|K6_BIN|DOCKER_(HOST|CONTEXT|CONFIG))$/

/** What has a say in what some program here does, if it gets there. Not on it: what is a matter of screens and keyboards. */
const HAS_A_SAY = [
  /^(PG|POSTGRES|DATABASE_|NODE_|UV_|V8_|UNDICI_|K6_|XK6_|RABBITMQ_|AMQP|ERL|ELIXIR_|OTEL_|GO[A-Z0-9]*$|DOCKER_|COMPOSE_|BUILD)/,
  /^(LD_|DYLD_|GLIBC_|MALLOC|JEMALLOC|TCMALLOC|MIMALLOC|[ALTU]SAN_|OPENSSL_|SSL|LC_|LANG|TZ$|OMP_|LIB)/,
  /^(HOST|PORT|RATE|RATE_LIMIT|CALLER_SHARE|PLACES|PLACES_HELD|DURATION|SEED|LEAD|CUSTOMERS|STOCK|PATIENCE|QUICK_MS|RUN|LATENCY_LIMITS)$/,
  /^(BASE_URL|AUTH_SECRET|LOG_LEVEL|(ORDERS|INVENTORY)_URLS?|HEALTH_INTERVAL|XDG_CONFIG_HOME|TMPDIR)$/,
  /_proxy$/i,
]

/** Messages in English, texts in UTF-8, and no order of words but that of their bytes. macOS calls none of its locales so. */
const LOCALE = { LC_ALL: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8' }

/** Hands the names of what a shell had to a command that has an environment of its own: `cli/own-environment.ts`. */
export const SHELL_HAD = 'ONE_SHOP_TWICE_SHELL_HAD'

const passedOn = new Set<string>()

/**
 * The environment of a program that is started here: what every program needs of the shell, and what this one is given.
 * @param more wins over the shell's
 */
export function ownEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...passOn(EVERYBODYS), ...LOCALE, ...more }
}

/** Of a program that would read a person's own settings (`~/.config/k6`, `~/.erlang`, `~/.pgpass`): it finds a home with nothing in it. */
export function homelessEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return ownEnvironment({ HOME: `${cacheDir}/nobodys-home`, ...more })
}

/** For Docker's client. What runs in its containers sees nothing of it. */
export const dockerVariables = () => pick(DOCKERS, NETWORK)

/** Of npm, where it installs packages. */
export function npmEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return ownEnvironment({ ...pick(NPMS, NETWORK), ...more })
}

/** For k6 that sends its figures to a Prometheus. */
export const prometheusVariables = () => passOn(PROMETHEUS)

/** For a stack that a person looks at, and nobody measures. */
export const tracingVariables = () => passOn(TRACING) as Record<string, string>

/** Of a command of the laboratory itself. */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return {
    ...pick(EVERYBODYS, NETWORK, DOCKERS, NPMS, PROMETHEUS, TRACING, INPUTS),
    ...LOCALE,
    NODE_COMPILE_CACHE: compiledDir,
    [SHELL_HAD]: namesThatHaveASay().join(','),
  }
}

/**
 * Names, and no values, of variables in the caller's shell: those that were handed so far to what is measured or measures, or
 * that say which server or tool that is; and those that would have had a say and were left behind.
 */
export function describeEnvironment(): { passedOn: string[]; ignored: string[] } {
  const used = new Set([...passedOn, ...Object.keys(pick(SERVERS_AND_TOOLS))])
  const had = process.env[SHELL_HAD]?.split(',').filter(Boolean) ?? namesThatHaveASay()
  return { passedOn: [...used].sort(), ignored: had.filter((name) => !used.has(name)).sort() }
}

const namesThatHaveASay = () =>
  Object.keys(process.env).filter((name) => HAS_A_SAY.some((kind) => kind.test(name)))

function passOn(kind: RegExp): NodeJS.ProcessEnv {
  const picked = pick(kind)
  for (const name of Object.keys(picked)) passedOn.add(name)
  return picked
}

function pick(...kinds: RegExp[]): NodeJS.ProcessEnv {
  const picked = Object.entries(process.env).filter(([name]) => kinds.some((kind) => kind.test(name)))
  return Object.fromEntries(picked)
}
