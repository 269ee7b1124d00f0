import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import type { Result } from '../loadtests/lab/compare/result.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { changesOf } from '../loadtests/lab/report/compare-two/changes.ts'
import { htmlReport } from '../loadtests/lab/report/compare-two/html.ts'
import { headline as headlineOfTwo } from '../loadtests/lab/report/compare-two/words.ts'
import { headline } from '../loadtests/lab/report/headline.ts'
import { writeReports } from '../loadtests/lab/report/write.ts'
import { browserPath, openPage, type Page } from './support/browser.ts'
import { type Making, madeUpInvalid, madeUpResult } from './support/compare-result.ts'
import { textsOnPages } from './support/pdf.ts'

const PHONE = 390
const DESKTOP = 1280
/** For text of any size, by WCAG 2, level AA. */
const LEAST_CONTRAST = 4.5
const COMPLAINTS = ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded']

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(`${tmpdir()}/report-browser-`)
})
afterAll(() => rm(dir, { recursive: true }))

const inBrowser = browserPath() ? describe : describe.skip

/** Reports as they are written, and a heading that each has. */
const reports: [name: string, write: () => Promise<{ file: string; heading: string; charts: number }>][] = [
  ['a run', () => written(madeUpResult(), 5)],
  ['a noisy run', () => written(madeUpResult(NOISY), 5)],
  ['a stack against itself', () => written(madeUpResult({ stacks: ['services'], against: 'main' }), 5)],
  ['one stack alone', () => written(madeUpResult({ stacks: ['monolith'], starts: 1 }), 4)],
  [
    'a run that is not valid',
    () => written(madeUpInvalid(`the database has ${'a great many '.repeat(20)}orders`), 0),
  ],
  [
    'two runs',
    async () => {
      const before = { dir: 'results/before', result: madeUpResult() }
      const result = madeUpResult({ ...NOISY, cpuTimes: { services: 1.4 } })
      const after = {
        dir: 'results/after',
        result: { ...result, versions: { ...result.versions, node: '25' } },
      }
      const changes = changesOf({ before, after })
      await writeFile(`${dir}/two.html`, htmlReport({ before, after }, changes))
      return { file: `${dir}/two.html`, heading: headlineOfTwo({ before, after }, changes), charts: 1 }
    },
  ],
]

/** Eight blocks on one start, some of them disturbed; so rough that there are long cells. */
const NOISY: Making = {
  starts: 1,
  blocksPerStart: 8,
  noise: 0.3,
  marks: ({ block }) => (block % 3 === 0 ? [{ kind: 'company', why: 'other programs took 12%' }] : []),
}

async function written(result: Result, charts: number) {
  await writeReports(result, dir)
  return { file: `${dir}/report.html`, heading: headline(result), charts }
}

/** A window on a file, loaded to its end. */
type View = { url: string; page: Page; evaluate<T>(expression: string): Promise<T> }

inBrowser('a report in a browser (needs chromium or google-chrome on PATH)', () => {
  let page: Page
  let checks: string
  beforeAll(async () => {
    checks = await readFile(`${projectRoot}/tests/support/page-checks.js`, 'utf8')
    page = await openPage()
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.call(`${domain}.enable`)
  })
  afterAll(() => page.close())
  beforeEach(() => {
    page.events.length = 0
  })

  async function view(file: string, { width = DESKTOP, scheme = 'light' } = {}): Promise<View> {
    await page.call('Emulation.setDeviceMetricsOverride', metrics(width, 900))
    await page.call('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    })
    const loaded = page.next('Page.loadEventFired')
    const url = pathToFileURL(file).href
    await page.call('Page.navigate', { url })
    await loaded
    const evaluate = async <T>(expression: string) => {
      const params = { expression: `(() => { ${checks}\nreturn ${expression} })()`, returnByValue: true }
      const { result, exceptionDetails } = await page.call<Evaluated<T>>('Runtime.evaluate', params)
      if (exceptionDetails) throw new Error(exceptionDetails.exception.description)
      return result.value
    }
    return { url, page, evaluate }
  }

  describe.each(reports)('of %s', (_, write) => {
    let file: string
    let heading: string
    let charts: number
    beforeAll(async () => {
      ;({ file, heading, charts } = await write())
    })

    it('has its heading, tables and charts, complains of nothing and fetches nothing', async () => {
      const seen = await view(file)
      expect(await seen.evaluate('document.querySelector("h1").innerText')).toBe(heading)
      const isFilled = '[...document.querySelectorAll("table")].every((it) => it.rows.length > 3)'
      expect(await seen.evaluate(isFilled)).toBe(true)
      expect(await seen.evaluate('document.querySelectorAll("svg").length')).toBeGreaterThanOrEqual(charts)
      if (charts > 0)
        expect(await seen.evaluate('document.querySelectorAll("table").length')).toBeGreaterThan(0)
      expect(complaintsOf(seen)).toEqual([])
      expect(requestsOf(seen)).toEqual([seen.url])
    })

    it.each([PHONE, DESKTOP])('is nowhere wider than a window of %i pixels', async (width) => {
      const { evaluate } = await view(file, { width })
      expect(await evaluate(`whatIsTooWide(${width})`)).toEqual([])
    })

    it.each(['light', 'dark'])('can be read where %s is preferred', async (scheme) => {
      const { evaluate } = await view(file, { scheme })
      const { looked, faint } = await readabilityOf(evaluate)
      expect(faint).toEqual([])
      expect(looked).toBeGreaterThan(20)
      const lightness = await evaluate<number>('lightnessOfPage()')
      if (scheme === 'dark') expect(lightness).toBeLessThan(0.1)
      else expect(lightness).toBeGreaterThan(0.9)
    })

    it('has something on each page that it is printed on', async () => {
      await view(file)
      const texts = await print()
      expect(Math.min(...texts)).toBeGreaterThan(0)
      expect(texts[0]).toBeGreaterThan(10)
    })
  })

  it('is looked at by checks that do see what is wrong', async () => {
    const file = `${dir}/bad.html`
    await writeFile(file, BAD)
    const seen = await view(file, { width: PHONE })
    expect(await seen.evaluate<string[]>(`whatIsTooWide(${PHONE})`)).toEqual([
      'the page itself',
      expect.stringContaining('wide'),
      expect.stringContaining('cut off'),
    ])
    expect(complaintsOf(seen)).not.toEqual([])
    expect(requestsOf(seen)).toContainEqual(expect.stringContaining('elsewhere.png'))
    const { faint } = await readabilityOf(seen.evaluate)
    expect(faint).toEqual([expect.stringContaining('faint'), expect.stringContaining('on its like')])
    expect(await print()).toEqual([0, expect.any(Number)])
  })

  async function readabilityOf(evaluate: View['evaluate']) {
    const height = await evaluate<number>('document.documentElement.scrollHeight')
    const width = await evaluate<number>('innerWidth')
    // What is painted somewhere can only be asked of places within the window.
    await page.call('Emulation.setDeviceMetricsOverride', metrics(width, height))
    return evaluate<{ looked: number; faint: string[] }>(`readability(${LEAST_CONTRAST})`)
  }

  async function print(): Promise<number[]> {
    const { data } = await page.call<{ data: string }>('Page.printToPDF', { preferCSSPageSize: true })
    return textsOnPages(Buffer.from(data, 'base64'))
  }
})

type Evaluated<T> = { result: { value: T }; exceptionDetails?: { exception: { description: string } } }

const metrics = (width: number, height: number) => ({
  width,
  height,
  deviceScaleFactor: 1,
  mobile: width === PHONE,
})

const complaintsOf = ({ page }: View) => page.events.filter(({ method }) => COMPLAINTS.includes(method))

const requestsOf = ({ page }: View) =>
  page.events
    .filter(({ method }) => method === 'Network.requestWillBeSent')
    .map(({ params }) => (params.request as { url: string }).url)

/** One of each kind of fault. */
const BAD = `<!doctype html>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body style="background: #fff; color: #000">
<div style="break-after: page; height: 1px"></div>
<p style="width: 900px">wide</p>
<p style="color: #999">faint</p>
<p>plain</p>
<svg width="300" height="40" overflow="hidden">
<rect width="300" height="40" fill="#036"/><text x="10" y="20" fill="#047">on its like</text>
<text x="265" y="20" fill="#fff">cut off</text>
</svg>
<img src="elsewhere.png">
<script>console.error('a complaint')</script>
</body>`
