import { parseFeed } from 'feedsmith';

/** A report as `reportSchema` of the feed reads it, made of an item of a feed; what is missing is left for the schema to find. */
interface Item {
  id: string | undefined;
  title: string | undefined;
  publishedAt: string | undefined;
  text: string | undefined;
}

/** The items of an RSS, Atom, RDF or JSON feed as reports, in its order; null when the text is none of these. */
export function readSyndication(text: string): Item[] | null {
  let parsed: ReturnType<typeof parseFeed>;
  try {
    parsed = parseFeed(text);
  } catch {
    return null;
  }
  switch (parsed.format) {
    case 'rss':
      return (parsed.feed.items ?? []).map((item) => ({
        id: item.guid?.value ?? item.link,
        title: plain(item.title),
        publishedAt: isoTime(item.pubDate ?? item.dc?.dates?.[0]),
        text: plain(item.content?.encoded ?? item.description),
      }));
    case 'atom':
      return (parsed.feed.entries ?? []).map((entry) => ({
        id: entry.id,
        title: plain(entry.title?.value),
        // The first publication counts: a later change makes nothing new.
        publishedAt: isoTime(entry.published ?? entry.updated),
        text: plain(entry.content?.value ?? entry.summary?.value),
      }));
    case 'rdf':
      return (parsed.feed.items ?? []).map((item) => ({
        id: item.link,
        title: plain(item.title),
        publishedAt: isoTime(item.dc?.dates?.[0]),
        text: plain(item.content?.encoded ?? item.description),
      }));
    case 'json':
      return (parsed.feed.items ?? []).map((item) => ({
        id: item.id,
        title: item.title ?? plain(item.content_text ?? item.content_html)?.slice(0, 100),
        publishedAt: isoTime(item.date_published),
        text: item.content_text ?? plain(item.content_html ?? item.summary),
      }));
  }
}

/** RFC 822 and ISO 8601, as feeds have them, to ISO 8601. */
function isoTime(text: unknown): string | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The words of an HTML text: what is no text is left out, a block ends a line. Only read by the classifier, never shown as HTML. */
function plain(html: string | undefined): string | undefined {
  return html
    ?.replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
    .replace(/<\/?(p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
    })
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}
