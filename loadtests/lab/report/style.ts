import { FONT, STACK_COLOUR } from './charts/theme.ts'

/** The style of pages by light: one column on a phone, two on a wide screen and on paper. */
export const STYLE = `
:root { color-scheme: light; --ink: #1f2933; --faint: #52606d; --line: #d9e2ec; --red: #b42318; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 12px; color: var(--ink); background: #fff; font: 16px/1.5 ${FONT}; }
h1 { margin: 0.2em 0 0.4em; font-size: clamp(1.35rem, 1rem + 1.6vw, 2rem); line-height: 1.25; text-wrap: balance; }
h2 { margin: 1.6em 0 0.5em; font-size: 1.15rem; }
p, ul { margin: 0.5em 0; }
a { color: ${STACK_COLOUR.monolith}; }
.kicker, .hint, small, figcaption p { color: var(--faint); }
.kicker, .hint, figcaption p { font-size: 0.9rem; }
small { font-size: 0.85em; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.4em 0.7em; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { font-weight: normal; padding-left: 0; }
.part th { padding-left: 1.2em; color: var(--faint); }
.part b { font-weight: normal; }
td small { white-space: nowrap; }
th.monolith { color: ${STACK_COLOUR.monolith}; }
th.services { color: ${STACK_COLOUR.services}; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 8px 32px; margin-top: 1.5em; }
figure { margin: 0; break-inside: avoid; }
figure h2 { margin: 0.6em 0 0.1em; }
figcaption p { margin: 0 0 0.5em; }
figure svg { display: block; width: 100%; height: auto; max-width: 540px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 0 32px; }
dl div { display: flex; gap: 1em; border-bottom: 1px solid var(--line); padding: 0.25em 0; }
dt { flex: 0 0 6.5em; color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; padding: 0.25em 0; }
.audit { list-style: none; padding-left: 0; }
.audit li { padding: 0.2em 0; overflow-wrap: anywhere; }
.failed, .failed b { color: var(--red); }
.ok b { font-weight: 600; color: #18634b; }
.warning { border-left: 4px solid #b54708; padding-left: 0.7em; color: #93370d; }
.invalid { border: 2px solid var(--red); border-radius: 6px; padding: 0 1em 0.5em; margin-top: 1em; }
.invalid h2 { color: var(--red); margin-top: 0.7em; }
pre { background: #f2f5f8; border: 1px solid var(--line); border-radius: 6px; padding: 0.8em; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.9rem; }
@media (max-width: 640px) {
  th, td { padding: 0.35em 0.3em; }
  table { font-size: 0.85rem; }
  td small { display: block; white-space: normal; }
}
@media print {
  @page { size: A4; margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .charts { grid-template-columns: 1fr 1fr; gap: 8px; }
  h2 { break-after: avoid; }
  tr, pre, dl div { break-inside: avoid; }
  td small { white-space: nowrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`
