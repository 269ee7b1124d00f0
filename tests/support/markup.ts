/** Tags of an SVG document that XML would not take: a parser of HTML is lenient, a browser that opens the file is not. */
export function malformedTags(svg: string): string[] {
  const tags = svg.match(/<[^>]*>/g) ?? []
  const wellFormed = /^<\/?[\w:-]+(\s+[\w:-]+="[^"<]*")*\s*\/?>$/
  return tags.filter((tag) => !wellFormed.test(tag) && !tag.startsWith('<!') && !tag.startsWith('<?'))
}

/** What HTML shows of a value that is not there, or no number. */
export const BLANKS = /\bNaN\b|\bundefined\b|\bnull\b|\bInfinity\b|\[object /

/** Hostile in HTML text, in its attributes, and in SVG. */
export const HOSTILE = `"><script>alert('1')</script><img src=x onerror=alert(1)> & ]]> </style>`

/** What a hostile string would have brought in. */
export const INJECTED = /<script|<img/

/** What a page would fetch. */
export const FETCHES = /<script|<link|<img|<iframe|@import|url\((?!#)|src=/
