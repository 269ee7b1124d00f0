/** A top-level declaration of a source file, with the comment above it. */
export interface Block {
  name: string
  text: string
}

const TS_START =
  /^(?:export )?(?:default )?(?:async )?(?:abstract )?(?:function|const|let|interface|type|class)\s+(\w+|\{[^}]*\})/
const SQL_START = /^create (?:unique )?(?:table|index)(?: if not exists)? (\w+)/

/**
 * Cuts a formatted file into its top-level declarations, in order. Imports are left out: they follow from the rest.
 * It goes by lines, since the formatter puts every declaration at the start of one.
 */
export function blocksOf(file: string, source: string): Block[] {
  const start = file.endsWith('.sql') ? SQL_START : TS_START
  const blocks: Block[] = []
  let comment: string[] = []
  for (const line of withoutImports(source).split('\n')) {
    const name = start.exec(line)?.[1]
    if (name) blocks.push({ name: name.replace(/\s+/g, ' '), text: [...comment, line].join('\n') })
    else if (/^(\/\*\*| \*|\/\/|--)/.test(line)) comment.push(line)
    else if (blocks.length > 0) append(blocks, [...comment, line])
    if (name || !/^(\/\*\*| \*|\/\/|--)/.test(line)) comment = []
  }
  return blocks.map(({ name, text }) => ({ name, text: text.trim() }))
}

const withoutImports = (source: string) => source.replace(/^import [\s\S]*?from '[^']*'$\n?/gm, '')

function append(blocks: Block[], lines: string[]): void {
  const last = blocks.at(-1)
  if (last) last.text += `\n${lines.join('\n')}`
}
