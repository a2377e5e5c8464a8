/** One way in which a secret may have been written. */
interface Needle {
  encoding: string;
  text: string;
  /** Hex, in which case means nothing. */
  anyCase: boolean;
}

/** Something that was written: a log file, the rows of a table, what a request carried. */
export interface Writing {
  place: string;
  text: string;
}

/**
 * Where secrets were written, a line for each finding: "the API key, as base64, in agent-api.log". A secret is text, hex with 0x, or bytes in base64; it is looked
 * for as that text and as hex (in any case, with and without 0x) and base64 (also in the middle of other bytes, and for URLs) of its
 * characters and of the bytes that it stands for. Throws for one that is too short to be told from chance.
 */
export function findSecrets(secrets: Iterable<readonly [name: string, secret: string]>, writings: Iterable<Writing>): string[] {
  const needles = [...secrets].flatMap(([name, secret]) => needlesOf(name, secret).map((needle) => ({ name, ...needle })));
  const findings: string[] = [];
  for (const { place, text } of writings) {
    const lower = text.toLowerCase();
    for (const needle of needles) {
      if ((needle.anyCase ? lower : text).includes(needle.text)) findings.push(`${needle.name}, as ${needle.encoding}, in ${place}`);
    }
  }
  return findings;
}

function needlesOf(name: string, secret: string): Needle[] {
  if (secret.length < 16) throw new Error(`${name} is too short to look for.`);
  const hex = /^0x([0-9a-f]{2})+$/i.test(secret) ? secret.slice(2) : undefined;
  const isBase64 =
    /^[A-Za-z0-9+/]+={0,2}$/.test(secret) && secret.length % 4 === 0 && Buffer.from(secret, 'base64').toString('base64') === secret;
  const bytes = hex ? Buffer.from(hex, 'hex') : isBase64 ? Buffer.from(secret, 'base64') : undefined;
  return [
    ...(hex ? [] : [{ encoding: 'it is', text: secret, anyCase: false }]),
    ...(encodeURIComponent(secret) === secret ? [] : [{ encoding: 'part of a URL', text: encodeURIComponent(secret), anyCase: false }]),
    ...encoded('its characters', Buffer.from(secret, 'utf8')),
    // What follows 0x, as text, and then encoded.
    ...(hex ? encoded('its digits', Buffer.from(hex.toLowerCase(), 'utf8')) : []),
    ...(bytes ? encoded('its bytes', bytes) : []),
  ];
}

function encoded(of: string, bytes: Buffer): Needle[] {
  const base64 = [0, 1, 2].map((offset) => middleOfBase64(bytes, offset));
  const forUrls = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [
    { encoding: `hex of ${of}`, text: bytes.toString('hex'), anyCase: true },
    ...[...new Set([...base64, ...forUrls])].map((text) => ({ encoding: `base64 of ${of}`, text, anyCase: false })),
  ];
}

/** The characters of base64 that depend on these bytes alone, when `offset` others stand before them. */
function middleOfBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = offset === 0 ? 0 : offset + 1;
  return text.slice(first, (offset + bytes.length) % 3 === 0 ? undefined : -1);
}
