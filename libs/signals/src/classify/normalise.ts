/** A text in one spelling, for the steps that follow; `lookAlike` is the first word written in letters that only look Latin. */
export interface NormalisedText {
  text: string;
  lookAlike: string | null;
}

/** Cyrillic and Greek letters that a reader takes for Latin ones; source: the pairs of Unicode TS 39 that are in common use. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'АаВвСсЕеНнІіЈјКкМмОоРрЅѕТтХхУуԌԁԛѡɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανυι'].map((letter, i) => [
    letter,
    [...'AaBbCcEeHhIiJjKkMmOoPpSsTtXxYyGdqwgABEZHIKMNOPTYXoavui'][i] ?? letter,
  ]),
);

/** What an all-foreign word must not look like. */
const GUARDED = /^(?:btc|eth|bnb|xrp|atom|opbtc|tao|op|ton|one|near|xau|xag|bitcoin|buy|bid|sell|short|long|stop|entry|target|tp|sl)$/;

/** Wording that has several spellings, brought to the one that the steps after this know. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/gi, ' '],
  [/&amp;/gi, '&'],
  [/&gt;/gi, '>'],
  [/&lt;/gi, '<'],
  [/[‘’‚‛′`´]/g, "'"],
  [/[“”„‟«»″]/g, '"'],
  [/[‐‑‒–—―−➖]/g, '-'],
  [/[→➡⇒]/g, ' - '],
  [/×/g, 'x'],
  [/\bs\/l\b/gi, 'sl'],
  [/\bt\/p(?=\d|\b)/gi, 'tp'],
  [/\bstop[ -]?loss(?:es)?\b/gi, 'sl'],
  [/\btake[ -]?profits?(?=[ ]?(?:\d|[:=@$#]|at |- ?\d|target|level|\(|\n))/gi, 'tp'],
  [/\bs&p(?:[ -]?500)?/gi, 'US500'],
  [/\bfull[ -]time\b/gi, 'fulltime'],
];

/**
 * Brings a text to one form: NFKC, straight quotes and dashes, no URLs, no invisible characters, single spaces, line breaks kept.
 * Never throws; takes time in proportion to the length.
 */
export function normalise(raw: string): NormalisedText {
  // Spaces that only group digits are lost by NFKC, which would make two numbers of one.
  let text = raw
    .replace(/(\d)[\u00a0\u2009\u202f](?=\d{3})/gu, '$1')
    .normalize('NFKC')
    .replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')
    .replace(/[\p{Cf}\p{Me}\ufe0e\ufe0f]/gu, '')
    .replace(/[^\S\n]/gu, ' ')
    .replace(/ {2,}/g, ' ');
  for (const [pattern, spelling] of SPELLINGS) text = text.replace(pattern, spelling);
  return { text, lookAlike: findLookAlike(text) };
}

function findLookAlike(text: string): string | null {
  for (const [word] of text.matchAll(/[\p{L}\p{N}\p{M}$]+/gu)) {
    if (/^[\x20-\x7e]+$/.test(word)) continue;
    const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}ɡ]/u.test(word);
    if (!foreign) continue;
    if (/[A-Za-z$]/.test(word)) return word;
    if (word.length > 12) continue;
    const seen = [...word].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
    if (GUARDED.test(seen.toLowerCase())) return word;
  }
  return null;
}
