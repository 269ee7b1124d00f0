import { inflateSync } from 'node:zlib'

/**
 * How many pieces of text each page of a PDF shows, in order. Reads what Chromium prints: a plain table of objects, and the
 * content of each page in one compressed stream.
 */
export function textsOnPages(pdf: Buffer): number[] {
  // One character a byte, so that places in the text are places in the file.
  const text = pdf.toString('latin1')
  const root = /\/Type\s*\/Catalog[\s\S]*?\/Pages\s+(\d+) 0 R/.exec(text)?.[1]
  if (!root) throw new Error('The PDF has no catalogue of pages')
  return pagesUnder(text, root).map((page) => {
    const content = /\/Contents\s+(\d+) 0 R/.exec(page)?.[1]
    return content ? (streamOf(text, content).match(/\bT[jJ]\b/g) ?? []).length : 0
  })
}

function pagesUnder(text: string, id: string): string[] {
  const object = objectOf(text, id)
  const kids = /\/Kids\s*\[([^\]]*)\]/.exec(object)?.[1]
  if (kids === undefined) return [object]
  return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid]) => pagesUnder(text, kid!))
}

function objectOf(text: string, id: string): string {
  const start = text.search(new RegExp(`(?<!\\d)${id} 0 obj\\b`))
  if (start < 0) throw new Error(`The PDF has no object ${id}`)
  return text.slice(start, text.indexOf('endobj', start))
}

function streamOf(text: string, id: string): string {
  const object = objectOf(text, id)
  const length = Number(/\/Length\s+(\d+)/.exec(object)![1])
  const begin = /stream\r?\n/.exec(object)!
  const start = begin.index + begin[0].length
  const bytes = Buffer.from(object.slice(start, start + length), 'latin1')
  // What is empty is not compressed.
  return (object.slice(0, begin.index).includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString(
    'latin1',
  )
}
