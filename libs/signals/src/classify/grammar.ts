import model from 'wink-eng-lite-web-model';
import winkNLP, { type ItsFunction } from 'wink-nlp';

/** What the tagger says of one word of an English sentence. */
export interface TaggedWord {
  lower: string;
  /** Universal part of speech: "VERB", "NOUN", "PROPN" ... */
  pos: string;
  /** Inside the reach of a negation. */
  negated: boolean;
  /** A verb in the past ("grabbed", "caught"). */
  past: boolean;
}

const nlp = winkNLP(model, ['sbd', 'negation', 'pos']);
// The helpers of the library are plain functions; none of them uses `this`.
const its: { [K in keyof typeof nlp.its]: (typeof nlp.its)[K] & ((this: void, ...args: never[]) => unknown) } = nlp.its;

/** Verbs that look like the past and say nothing about time in a call. */
const TIMELESS =
  /^(?:based|need|limited|leveraged|isolated|updated|recommended|suggested|advised|set|put|cut|hit|read|spread|bid|let|cost|shut|beat|risked|placed|sized|called|oversold|overbought|got|located|defined|invalidated|capped|tucked)$/;

/** The longest part of a sentence that is tagged, characters: a call stands at the beginning of its sentence. */
const MAX_TAGGED = 1000;

/** Tags an English sentence. Never throws; an empty list for an empty sentence. */
export function tagWords(sentence: string): TaggedWord[] {
  const tokens = nlp.readDoc(sentence.slice(0, MAX_TAGGED)).tokens();
  const words = tokens.out();
  const pos = tokens.out<string>(its.pos);
  const lemmas = tokens.out<string>(its.lemma as ItsFunction<string>);
  const negated = tokens.out<boolean>(its.negationFlag) as boolean[];
  return words.map((word, i) => {
    const lower = word.toLowerCase();
    const past =
      pos[i] === 'VERB' && lower !== lemmas[i] && !/(?:ing|in'|s)$/.test(lower) && /^[a-z]{3,}$/.test(lower) && !TIMELESS.test(lower);
    return { lower, pos: pos[i] ?? '', negated: negated[i] ?? false, past };
  });
}
