import { safe } from './escape.ts'
import { STYLE } from './style.ts'

/** Charts are drawn in these colours; on a dark page each has a counterpart that can be read there. */
const DARK: Record<string, string> = {
  '#1f2933': '#e4e9ee',
  '#52606d': '#a7b3bf',
  '#d9e2ec': '#34414e',
  '#ffffff': '#12181f',
  '#0072b2': '#5cb3e8',
  '#c05200': '#ff9248',
}

const inCharts = Object.entries(DARK).flatMap(([light, dark]) =>
  ['fill', 'stroke'].map((part) => `figure svg [${part}="${light}"] { ${part}: ${dark}; }`),
)

const DARK_STYLE = `
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e4e9ee; --faint: #a7b3bf; --line: #34414e; --red: #ff8f80; }
  body { background: #12181f; }
  a, th.monolith, .monolith b { color: ${DARK['#0072b2']}; }
  th.services, .services b { color: ${DARK['#c05200']}; }
  .ok b { color: #6fd3a8; }
  .warning { border-color: #f0a040; color: #f5bd7a; }
  pre { background: #1a222b; }
  ${inCharts.join('\n  ')}
}
`

/** What stands around a report: the head, and the title with its kicker. All parts but `main` and `lead` are plain text. */
export type Page = {
  title: string
  /** A small line above the heading. */
  kicker: string
  heading: string
  /** HTML below the heading. */
  lead: string
  /** HTML. */
  main: string
  /** CSS of this report alone. */
  style?: string
}

/** One HTML file that asks for nothing from outside, for screens light and dark, small and large, and for paper. */
export function htmlPage({ title, kicker, heading, lead, main, style = '' }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(title)}</title>
<style>${STYLE}${style}${DARK_STYLE}</style>
</head>
<body>
<header>
<p class="kicker">${safe(kicker)}</p>
<h1>${safe(heading)}</h1>
${lead}
</header>
<main>
${main}
</main>
</body>
</html>
`
}

/** A chart with its title and how to read it. */
export const figureOf = ({ title, hint, svg }: { title: string; hint: string; svg: string }) =>
  `<figure>\n<figcaption><h2>${safe(title)}</h2><p>${safe(hint)}</p></figcaption>\n${svg}\n</figure>`
