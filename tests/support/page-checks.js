// What is run within a page, by the browser.

/** Elements that reach beyond the window, other than in a box that scrolls; and texts cut off at the edge of their drawing. */
// biome-ignore lint/correctness/noUnusedVariables: called from outside
function whatIsTooWide(width) {
  for (const it of document.querySelectorAll('details')) it.open = true
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX)
  const isInScroller = (element) => {
    for (let it = element.parentElement; it; it = it.parentElement) if (scrolls(it)) return true
    return false
  }
  const found = document.documentElement.scrollWidth > width ? ['the page itself'] : []
  for (const element of document.body.querySelectorAll('*')) {
    const svg = element.closest('svg')
    if (isInScroller(element) || (svg && svg !== element && element.tagName !== 'text')) continue
    const { left, right } = element.getBoundingClientRect()
    const edge = svg ? svg.getBoundingClientRect() : { left: 0, right: width }
    if (left < edge.left - 1 || right > Math.min(edge.right, width) + 1) found.push(nameOf(element))
  }
  return found
}

/** How many texts there are, and those with less contrast to what is painted below them. */
// biome-ignore lint/correctness/noUnusedVariables: called from outside
function readability(least) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = { looked: 0, faint: [] }
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    const box = boxOf(texts.currentNode)
    if (!box || getComputedStyle(element).visibility === 'hidden') continue
    const below = paintedBelow(element, box.left + box.width / 2, box.top + box.height / 2)
    const ink = blend(below, paintOf(element, element.closest('svg') ? 'fill' : 'color'))
    const contrast = contrastOf(ink, below)
    found.looked++
    if (contrast < least) found.faint.push(`${nameOf(element)}, contrast ${contrast.toFixed(2)}`)
  }
  return found
}

/** How light the page is, from 0 to 1. */
// biome-ignore lint/correctness/noUnusedVariables: called from outside
const lightnessOfPage = () => luminance(paintOf(document.body, 'backgroundColor'))

function boxOf(text) {
  if (!text.data.trim()) return undefined
  const range = document.createRange()
  range.selectNodeContents(text)
  return [...range.getClientRects()].find(({ width, height }) => width > 0 && height > 0)
}

/** The colour at a point, of everything under the text of an element. */
function paintedBelow(element, x, y) {
  const all = document.elementsFromPoint(x, y)
  const layers = all.slice(Math.max(0, all.indexOf(element)))
  const canvas = blend([255, 255, 255], paintOf(document.body, 'backgroundColor'))
  return layers.toReversed().reduce((colour, layer) => {
    if (layer instanceof SVGGeometryElement) return blend(colour, paintOf(layer, 'fill'))
    return layer instanceof SVGElement ? colour : blend(colour, paintOf(layer, 'backgroundColor'))
  }, canvas)
}

/** A colour as an element paints it: three channels from 0 to 255, and how much it covers, from 0 to 1. */
function paintOf(element, property) {
  const style = getComputedStyle(element)
  const [red = 0, green = 0, blue = 0, alpha = 1] = (style[property].match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(
    Number,
  )
  let covers = alpha * (property === 'fill' ? Number(style.fillOpacity) : 1)
  for (let it = element; it; it = it.parentElement) covers *= Number(getComputedStyle(it).opacity)
  return [red, green, blue, covers]
}

const blend = (below, [red, green, blue, covers = 1]) =>
  [red, green, blue].map((channel, i) => channel * covers + below[i] * (1 - covers))

function contrastOf(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance([red, green, blue]) {
  const linear = (channel) =>
    channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

const nameOf = (element) => `${element.tagName}: ${element.textContent.trim().slice(0, 40)}`
