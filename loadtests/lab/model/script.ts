import { type Call, requestOf } from './call.ts'

const HEAD = `#!/bin/sh
# Repeats a run of the model test against one stack, from this checkout and with the stack's AUTH_SECRET:
#   BASE_URL=http://127.0.0.1:3000 sh run.sh
# Every run uses products and customers of its own.
set -u
BASE_URL=\${BASE_URL:-http://127.0.0.1:3000}
RUN=\${RUN:-R$(date +%s)}
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT

token() { npm run -s token -- --sub "$RUN-$1" --role "$2" --expires 1h; }
# The id of the order that was made or met in call $1.
order() { sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p' "$DIR/$1" | head -n 1; }
# call NUMBER METHOD PATH TOKEN KEY PREFER BODY; - stands for none, @ for the name of this run.
call() {
  number=$1 method=$2 path=$(echo "$3" | sed "s/@/$RUN/g") token=$4 key=$5 prefer=$6 body=$7
  set -- -sS -X "$method" -w ' -> %{http_code}'
  [ "$token" = - ] || set -- "$@" -H "Authorization: Bearer $token"
  [ "$key" = - ] || set -- "$@" -H "Idempotency-Key: $RUN-$key"
  [ "$prefer" = - ] || set -- "$@" -H "Prefer: $prefer"
  [ "$body" = - ] || set -- "$@" -H 'Content-Type: application/json' -d "$(printf %s "$body" | sed "s/@/$RUN/g")"
  curl "$@" "$BASE_URL$path" > "$DIR/$number"
  printf '%s. %s %s\\n   %s\\n' "$number" "$method" "$path" "$(cat "$DIR/$number")"
}
`

/**
 * A shell script that makes the same calls by curl. What ran at the same time does so again; between steps it waits a
 * second, so that the services come to rest.
 * @param steps as in a disagreement @param prefix of the run
 */
export function scriptOf(steps: Call[][][], prefix: string, about: string): string {
  const callers = new Map(
    steps.flat(2).flatMap((call) => ('caller' in call ? [[call.caller.sub, call.caller.role] as const] : [])),
  )
  const numbers = numbered(steps)
  const tokens = [...callers].map(([sub, role]) => {
    const name = nameOf(sub, prefix)
    return `${name}=$(token ${quoted(name)} ${role})`
  })
  const comment = about.split('\n').map((line) => `# ${line}`)
  const body = steps.map((clients) => stepOf(clients, numbers, prefix))
  return [HEAD, ...comment, '', ...tokens, '', ...body, ''].join('\n')
}

type Numbers = { of: Map<Call, number>; wishes: Map<number, number> }

/** Numbers of calls, and for each wish the number of the call that made it first. */
function numbered(steps: Call[][][]): Numbers {
  const calls = steps.flat(2)
  const wishes = new Map<number, number>()
  for (const [i, call] of calls.entries()) {
    if (call.do === 'place' && !wishes.has(call.wish)) wishes.set(call.wish, i + 1)
  }
  return { of: new Map(calls.map((call, i) => [call, i + 1])), wishes }
}

function stepOf(clients: Call[][], numbers: Numbers, prefix: string): string {
  const lines = clients.map((calls) => calls.map((call) => lineOf(call, numbers, prefix)))
  const [only] = lines
  const text =
    lines.length === 1
      ? only!.join('\n')
      : [...lines.map((it) => (it.length === 1 ? `${it[0]} &` : `{ ${it.join('; ')}; } &`)), 'wait'].join(
          '\n',
        )
  return clients.flat().some(moves) ? `${text}\nsleep 1` : text
}

const moves = (call: Call) => call.do === 'place' || call.do === 'cancel'

function lineOf(call: Call, numbers: Numbers, prefix: string): string {
  const { method, path, caller, key, prefer, body } = requestOf(call)
  const words = [
    String(numbers.of.get(call)),
    method,
    pathOf(path, numbers, prefix),
    caller ? `"$${nameOf(caller.sub, prefix)}"` : '-',
    key ? quoted(key.slice(prefix.length + 1)) : '-',
    prefer ?? '-',
    body === undefined ? '-' : quoted(JSON.stringify(body).replaceAll(prefix, '@')),
  ]
  return `call ${words.join(' ')}`
}

/** References to wishes become lookups of the order that was made. */
const pathOf = (path: string, { wishes }: Numbers, prefix: string) =>
  `"${path.replaceAll(prefix, '@').replace(/#(\d+)/, (_, wish) => `$(order ${wishes.get(Number(wish))})`)}"`

const nameOf = (sub: string, prefix: string) => sub.slice(prefix.length + 1)
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
