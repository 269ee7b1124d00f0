const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for HTML or SVG, between tags or within an attribute. */
export const safe = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)
