import { STACK_COLOUR } from '../../report/charts/theme.ts'

/** What the report of faults has beyond the common style. */
export const STYLE = `
body { max-width: 1240px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; margin: 1.2em 0 0.4em; padding: 0; }
.tiles div { border: 1px solid var(--line); border-radius: 8px; padding: 0.55em 0.8em; display: block; }
.tiles dt { color: var(--faint); font-size: 0.85rem; }
.tiles dd { font-size: 1.2rem; font-weight: 650; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tiles .failed { border-color: var(--red); }
.matrix { font-size: 0.92rem; }
.matrix thead th { vertical-align: bottom; font-size: 0.85rem; line-height: 1.25; }
.matrix thead th:first-child, .planted thead th:first-child { padding-left: 0; }
.matrix thead small { display: block; font-weight: normal; }
.matrix thead [scope="colgroup"] { text-align: center; border-bottom: 0; }
.matrix th, .matrix td { padding: 0.3em 0.4em; }
.matrix tbody { border-top: 1px solid var(--faint); break-inside: avoid; }
.matrix tbody td { text-align: right; white-space: nowrap; }
.matrix tbody th.fault { padding-left: 0; min-width: 13em; font-weight: 600; }
.matrix tbody th.monolith, .matrix tbody th.services { font-weight: 600; }
.matrix .none { color: var(--faint); }
.matrix .none b { font-weight: normal; }
.share { background: rgb(from var(--heat) r g b / var(--share, 0)); }
:root { --heat: #e8762d; }
.recovery { grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); }
td.monolith b { color: ${STACK_COLOUR.monolith}; }
td.services b { color: ${STACK_COLOUR.services}; }
.planted ul { list-style: none; margin: 0; padding: 0; }
.planted tbody th { min-width: 14em; }
.events { list-style: none; padding: 0; font-size: 0.9rem; }
.events span { display: inline-block; min-width: 5em; color: var(--faint); font-variant-numeric: tabular-nums; }
@media screen and (max-width: 900px) {
  .matrix thead { display: none; }
  .matrix, .matrix tbody { display: block; }
  .matrix tbody { padding: 0.5em 0; }
  .matrix tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr)); gap: 0 1em; }
  .matrix tbody th { grid-column: 1 / -1; border: 0; padding: 0.25em 0 0; }
  .matrix tbody th.fault { font-size: 0.95rem; }
  .matrix tbody td.wide { grid-column: 1 / -1; }
  .matrix tbody td { display: flex; justify-content: space-between; gap: 0.5em; padding: 0.2em 0.3em; }
  .matrix tbody td::before { content: attr(data-title); color: var(--faint); font-weight: normal; }
  .matrix tbody td.none { display: none; }
}
@media print {
  .matrix { font-size: 7pt; }
  .matrix th, .matrix td { padding: 0.2em 0.3em; }
  .matrix thead th { font-size: 6.5pt; }
  .matrix tbody td { white-space: normal; }
  .matrix, .loads { break-inside: auto; }
  .matrix tbody th.fault { min-width: 11em; }
  .share { print-color-adjust: exact; }
  .recovery { grid-template-columns: 1fr 1fr; }
  .recovery svg { max-height: 215mm; }
}
@media screen and (prefers-color-scheme: dark) { :root { --heat: #ff9248; } }
`
