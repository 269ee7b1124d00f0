/** What the table of loads has beyond the common style. */
export const LOADS_STYLE = `
.loads td, .loads thead th { text-align: right; padding: 0.4em 0 0.4em 0.9em; }
.loads td, .loads tbody th { white-space: nowrap; }
.loads tbody th { font-weight: 600; }
.loads thead th { vertical-align: bottom; font-size: 0.85rem; }
.loads .first th, .loads .first td { border-top: 2px solid var(--faint); }
@media screen and (max-width: 900px) {
  .loads thead { display: none; }
  .loads tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); gap: 0 2em; padding: 0.4em 0 1em; }
  .loads tbody th { grid-column: 1 / -1; border: 0; font-size: 1rem; padding-left: 0; }
  .loads td { display: flex; justify-content: space-between; gap: 0.6em; padding: 0.25em 0; }
  .loads td:empty { display: none; }
  .loads td::before { content: attr(data-title); color: var(--faint); }
  .loads .first th, .loads .first td { border-top: 0; }
}
@media print {
  .loads { font-size: 7pt; }
  .loads thead th { font-size: 6.5pt; }
  .loads td, .loads thead th { padding-left: 0.4em; white-space: normal; }
}
`
