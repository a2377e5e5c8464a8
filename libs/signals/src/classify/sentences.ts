/**
 * Splits a normalised text into sentences and lines, each with its end mark, empty ones left out. A point inside a number, or after a
 * list number ("1. 62k"), ends nothing.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  const end = (at: number) => {
    const sentence = text.slice(from, at).trim();
    if (sentence !== '') sentences.push(sentence);
    from = at;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\n') end(at + 1);
    else if ((char === '?' || char === '!' || char === ';') && !'?!'.includes(text.charAt(at + 1) || ' ')) end(at + 1);
    else if (char === '.' && /^(?:\s|$)/.test(text.charAt(at + 1)) && !isListNumber(text, at)) end(at + 1);
  }
  end(text.length);
  return sentences;
}

function isListNumber(text: string, point: number): boolean {
  return /\d/.test(text.charAt(point - 1)) && /^(?:\s|)$/.test(text.charAt(point - 2)) && /[\d$]/.test(text.charAt(point + 2));
}
