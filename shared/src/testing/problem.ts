import assert from 'node:assert/strict'
import { type ProblemName, problems } from '../contract/problems.ts'
import { Problem } from '../contract/schemas.ts'
import type { Answer } from './http.ts'
import { assertMatches } from './matches.ts'

/** Checks that an answer is a well-formed RFC 9457 problem, and returns it. */
export function checkProblem({ status, headers, body, text }: Answer): Problem {
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/, `${status} ${text}`)
  assertMatches(Problem, body)
  const problem = body as Problem
  assert.equal(problem.status, status)
  return problem
}

/** Checks that an answer is this problem, and returns it. */
export function assertProblem(answer: Answer, ...allowed: ProblemName[]): Problem {
  const names = allowed.map((name) => `urn:one-shop-twice:problem:${name}`)
  const { status, text } = answer
  const statuses: number[] = allowed.map((name) => problems[name].status)
  assert.ok(
    statuses.includes(status),
    `${status} where ${statuses.join(' or ')} belongs: ${text.slice(0, 300)}`,
  )
  const problem = checkProblem(answer)
  assert.ok(names.includes(problem.type), `${problem.type} where ${names.join(' or ')} belongs`)
  return problem
}
