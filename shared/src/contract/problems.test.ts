import { assertMatches } from '../testing/matches.ts'
import { ProblemError, type ProblemName, problemBody, problems } from './problems.ts'
import { Problem } from './schemas.ts'

const names = Object.keys(problems) as ProblemName[]

describe('a problem', () => {
  it.each(names)('%s has the shape that the contract documents', (name) => {
    const body = problemBody(name, 'because')
    assertMatches(Problem, body)
    expect(body).toEqual({
      type: `urn:one-shop-twice:problem:${name}`,
      title: problems[name].title,
      status: problems[name].status,
      detail: 'because',
    })
  })

  it('leaves out what it does not have', () => {
    expect(Object.keys(problemBody('not-found'))).toEqual(['type', 'title', 'status'])
  })

  it('is an error whose message is its detail, by default its title', () => {
    expect(new ProblemError('timeout', 'too slow').message).toBe('too slow')
    expect(new ProblemError('timeout').message).toBe(problems.timeout.title)
  })
})
