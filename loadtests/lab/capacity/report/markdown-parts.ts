/** Items of a list. */
export const list = (items: string[]) => items.map((item) => `- ${safe(item)}`).join('\n')

/** A table. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => safe(cell)).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text that came from elsewhere must not end a cell or begin a tag. */
export const safe = (text: string) =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
