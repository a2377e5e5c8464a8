/** A text in one spelling, for the steps that follow; `lookAlike` is the first word written in letters that only look Latin. */
export interface NormalisedText {
  text: string;
  lookAlike: string | null;
}

/** Letters that a reader takes for Latin ones; source: the pairs of Unicode TS 39 that are in common use. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'АаВвСсЕеНнІіЈјКкМмОоРрЅѕТтХхУуԌԁԛѡɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανυιһԍӀгрѵьɑꓐꓑꓓꓔꓖꓗꓚꓞꓟꓠꓡꓢꓣꓪꓮꓰꓲꓳꓴΧχτκρε'].map((letter, i) => [
    letter,
    [...'AaBbCcEeHhIiJjKkMmOoPpSsTtXxYyGdqwgABEZHIKMNOPTYXoavuihGlrpvbaBPDTGKCFMNLSRWAEIOUXxtkpe'][i] ?? letter,
  ]),
);

/** What an all-foreign word must not look like. */
const GUARDED =
  /^\$?(?:btc|eth|bnb|xrp|atom|opbtc|tao|op|ton|one|near|xau|xag|ape|ach|hype|pepe|comp|bitcoin|buy|bid|sell|short|long|stop|entry|target|tp|sl)$/;

/** Letters of scripts whose letters are used to imitate Latin ones. */
const IMITATING =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Coptic}\p{Script=Deseret}ɡɑıǃᴀ-ᴢʙɢʜɪʟɴʀʏꜱ]/u;

/** "Sellin'", "aimin": verbs of trading talk without their last letter. */
const DROPPED_G =
  /\b((?:sell|short|buy|long|cover|aim|look|go|do|tak|open|putt|add|enter|trad|gett|lett|fad|bett|rid|hold|clos|exit|gunn|shoot|target|risk|trimm|bank|hop|watch|wait|think|try|plann|morn|even|noth|someth|sitt|play|load|grabb|pick|stopp|cutt|runn|keep|bail|cash|scalp|book|scoop|catch|hitt|lift|call|say|tell|us|sett|leav|stay|com|bounc|ripp|dump|pump|mov|break|tank|climb|slid|roll|fix|want|ring|pay|build|draw|nail|work|mean)in)'?(?![\p{L}\p{M}'])/giu;

/** Wording that has several spellings, brought to the one that the steps after this know. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/gi, ' '],
  [/&amp;/gi, '&'],
  [/\bUS\$ ?(?=\d)/g, '$'],
  [/&gt;/gi, '>'],
  [/&lt;/gi, '<'],
  [/[‘’‚‛′`´]/g, "'"],
  [/[“”„‟«»″「」『』]/g, '"'],
  [DROPPED_G, '$1g'],
  [/\b(EUR|GBP|AUD|NZD|USD|XAU|XAG|CAD|CHF)\.(USD|JPY|CHF|CAD|GBP|NZD|AUD|EUR)\b/g, '$1/$2'],
  [/[‐‑‒–—―−➖]/g, '-'],
  // From the entry to the target.
  [/(?<!(?:tp|target|obj|objetivo|objectif|cible|alvo|meta|ziel|t) ?)(\d[\d.,]{0,20}k?) ?(?:[→➡⇒⟶]\ufe0f?|[-=]>) ?(?=\$?\d)/giu, '$1 tp '],
  [/[→➡⇒⟶👉]\ufe0f?/gu, ' - '],
  [/^[^\S\n]*\d{1,2}[/)][^\S\n]+(?=[^\s\d])/gmu, ''],
  [/(?<![\p{L}\d.,_])\.(?=\d)/gu, '0.'],
  [/[▸►▶➤➜➔⮕‣➙➝➞]\ufe0f?/gu, ' : '],
  [/(?<=\d[^\S\n]?)[•·●∙](?=[^\S\n]?\$?\d)/gu, ' / '],
  [/[【〔\[](?=[^\]】〕\n]{1,20}[】〕\]])([^\]】〕\n]{1,20})[】〕\]]/gu, ' $1 : '],
  // A range.
  [/(\d[kK]?) ?[~〜] ?(?=\$?\d)/gu, '$1 - '],
  [/[~≈≃] ?(?=\$?\d)/gu, '@ '],
  [/。/g, '. '],
  [/、/g, ', '],
  [/×/g, 'x'],
  [/(\d) ?[хХ](?![\p{L}\d])/gu, '$1x'],
  [/🛑|⛔|❌/gu, ' | sl '],
  [/🎯|🏁|💰(?= ?\$?\d)/gu, ' | tp '],
];

/**
 * Brings a text to one form: NFKC, straight quotes and dashes, no URLs, no invisible characters, single spaces, line breaks kept.
 * Doing so twice is the same as once. Never throws; takes time in proportion to the length.
 */
export function normalise(raw: string): NormalisedText {
  let text = clean(raw);
  for (const [pattern, spelling] of SPELLINGS) text = text.replace(pattern, spelling);
  // What was put in its place may stand beside a letter that it composes with.
  text = clean(text);
  return { text, lookAlike: findLookAlike(text) };
}

function clean(raw: string): string {
  return (
    raw
      // Spaces that only group digits are lost by NFKC, which would make two numbers of one.
      .replace(/(\d)[\u00a0\u2009\u202f](?=\d{3})/gu, '$1')
      // Likewise the comma and the colon of Chinese and Japanese, which stand between numbers without a space.
      .replace(/[，、]/gu, ', ')
      .replace(/(\d)\ufe0f?\u20e3/gu, '$1\u20e3')
      .replace(/[\p{Cf}\ufe0e\ufe0f\u3164\u115f\u1160\uffa0]/gu, '')
      // Numbers in circles and on keys count what follows, which NFKC would make one word with them.
      .replace(/(?:[①-⑳❶-❿]|\d\u20e3) ?(?=[\p{L}$#])/gu, '\n')
      .replace(/[①-⑳❶-❿]/gu, ' ')
      .normalize('NFKC')
      .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/gu, '\n')
      .replace(/[\p{Cf}\p{Me}\ufe0e\ufe0f\u115f\u1160]/gu, '')
      .replace(/[^\S\n]/gu, ' ')
      .replace(/ {2,}/g, ' ')
      // A row of marks says nothing by its length, and rules that skip marks would read it once from each of its places.
      .replace(/[^\p{L}\p{N}]{80,}/gu, (marks) => [...marks].slice(0, 40).join('') + [...marks].slice(-40).join(''))
  );
}

function findLookAlike(text: string): string | null {
  let suspicious: string | null = null;
  let native = false;
  for (const [word] of text.matchAll(/[\p{L}\p{N}\p{M}$]+/gu)) {
    if (/^[\x20-\x7e]+$/.test(word) || !IMITATING.test(word)) continue;
    if (/[A-Za-z$]/.test(word)) {
      // A Latin ticker with a native ending ("BTC-у" is written without the hyphen by some) can't be told from an imitation.
      return word;
    }
    const letters = [...word];
    const seen = letters.map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
    if (GUARDED.test(seen.toLowerCase())) return word;
    if (letters.every((letter) => letter in LOOK_ALIKES || /[\p{N}\p{M}]/u.test(letter))) suspicious ??= word;
    else native = true;
  }
  // In a text of that script its short words are themselves; in a Latin text they are put there to be misread.
  return native ? null : suspicious;
}
