import * as fc from 'fast-check';
import { normalise } from './normalise';
import { classifyOffline } from './offline-classifier';
import { parseNumber } from './tokens';

const calls = (text: string) => classifyOffline(text).calls;

const call = fc
  .record({
    side: fc.constantFrom('Long', 'Short', 'buy', 'sell'),
    symbol: fc.constantFrom('$BTC', 'ETH', 'SOL', 'gold', 'EURUSD', '$PEPE', 'ARB', 'NVDA'),
    levels: fc.constantFrom('', ' here', ', 2% stop', ' 100', ' at 100'),
  })
  .map(({ side, symbol, levels }) => `${side} ${symbol}${levels}`);

describe('the offline classifier, whatever the call', () => {
  it.each<[string, (text: string) => string]>([
    ['a question', (text) => `Should I ${text}?`],
    ['a question after it', (text) => `${text}?`],
    ['a negation', (text) => `Don't ${text}`],
    ['a refusal', (text) => `I would never ${text}`],
    ['a condition before it', (text) => `If it breaks out, ${text}`],
    ['a condition after it', (text) => `${text} once it reclaims the range`],
    ['the past', (text) => `Yesterday I said ${text}`],
    ['a quotation', (text) => `He told me: ${text}`],
    ['a retweet', (text) => `RT @someone: ${text}`],
  ])('never trades on it within %s', (_, wrap) => {
    fc.assert(
      fc.property(call, (text) => {
        expect(calls(wrap(text))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('answers the same each time, and the same with invisible characters anywhere', () => {
    fc.assert(
      fc.property(call, fc.nat(), fc.constantFrom('\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad'), (text, position, invisible) => {
        const at = position % (text.length + 1);
        expect(calls(text.slice(0, at) + invisible + text.slice(at))).toEqual(calls(text));
      }),
      { numRuns: 200 },
    );
  });

  it('never trades on a text with a letter that only looks Latin', () => {
    const alike: Record<string, string> = { o: 'о', e: 'е', a: 'а', c: 'с', B: 'В', T: 'Т', S: 'Ѕ', E: 'Е', H: 'Н', O: 'О', P: 'Р' };
    fc.assert(
      fc.property(call, fc.nat(), (text, pick) => {
        const places = [...text].flatMap((letter, at) => (letter in alike ? [at] : []));
        fc.pre(places.length > 0);
        const at = places[pick % places.length] ?? 0;
        expect(calls(text.slice(0, at) + (alike[text.charAt(at)] ?? '') + text.slice(at + 1))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('brings a text to one form: doing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        const once = normalise(text).text;
        expect(normalise(once).text).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back the numbers that are written with thousands in the English and in the European way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 999_999_999 }), fc.integer({ min: 10, max: 99 }), (whole, cents) => {
        const english = `${whole.toLocaleString('en-US')}.${cents}`;
        const european = english.replace(/[.,]/g, (mark) => (mark === ',' ? '.' : ','));
        for (const written of [english, european])
          expect(parseNumber(written, false).value.toFixed()).toBe(`${whole}.${cents}`.replace(/0$/, ''));
      }),
    );
  });
});
