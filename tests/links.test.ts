import { existsSync, globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'

const pages = globSync(['*.md', 'docs/**/*.md', 'loadtests/**/*.md'], { cwd: projectRoot })

/** Targets of links and images, in Markdown and in HTML, that are files of this repository. */
const targetsOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, markdown, html]) => (markdown ?? html)!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))

describe('the links of', () => {
  it.each(pages)('%s lead to files that are there', async (page) => {
    const text = await readFile(`${projectRoot}/${page}`, 'utf8')
    const missing = targetsOf(text).filter(
      (target) => !existsSync(`${projectRoot}/${dirname(page)}/${decodeURI(target)}`),
    )
    expect(missing).toEqual([])
  })
})
