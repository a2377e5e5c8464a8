import { Decimal, type Call, type Refusal } from '@maxxit/domain';
import fc from 'fast-check';
import { agree } from './agree';
import { numbersIn, parseAnswer, userPrompt, type LlmAnswer } from './llm-answer';

type LlmCall = LlmAnswer['calls'][number];

const TEXT = 'BTC long 64000, stop 62,500, targets 66.5k and 68000, 5x';
const known = (ticker: string) => (['BTC', 'ETH'].includes(ticker) ? ticker : null);

const offlineCall = (values: Partial<Call> = {}): Call => ({
  symbol: 'BTC',
  side: 'long',
  leverage: new Decimal(5),
  entry: new Decimal(64_000),
  stopLoss: new Decimal(62_500),
  takeProfits: [new Decimal(66_500), new Decimal(68_000)],
  confidence: 0.9,
  ...values,
});
const llmCall = (values: Partial<LlmCall> = {}): LlmCall => ({
  symbol: 'BTC',
  side: 'long',
  entry: '64000',
  stopLoss: '62500',
  takeProfits: ['66500', '68000'],
  leverage: '5',
  confidence: 0.95,
  ...values,
});
const answer = (...calls: LlmCall[]): LlmAnswer => ({ calls, reason: 'says so' });
const offline = (calls: Call[], refused: Refusal[] = []) => ({ calls, refused });
const NOTHING: Refusal = { code: 'NOT_UNDERSTOOD', why: 'no rule fits' };
const codes = ({ refused }: { refused: Refusal[] }) => refused.map(({ code }) => code);

describe('What the rules and the model agree on', () => {
  it('is a call that both find, with the lower confidence', () => {
    const { calls, refused } = agree(TEXT, offline([offlineCall()]), answer(llmCall({ confidence: 0.7 })), known);

    expect(calls).toEqual([offlineCall({ confidence: 0.7 })]);
    expect(refused).toEqual([]);
  });

  it('has the lower leverage', () => {
    const text = `${TEXT}, not 3x`;
    expect(agree(text, offline([offlineCall()]), answer(llmCall({ leverage: '3' })), known).calls[0]?.leverage).toEqual(new Decimal(3));
    expect(agree(text, offline([offlineCall()]), answer(llmCall({ leverage: '50' })), known).calls[0]?.leverage).toEqual(new Decimal(5));
  });

  it('keeps the numbers of the rules, and takes from the model only what stands in the text', () => {
    const bare = offlineCall({ stopLoss: null, takeProfits: [] });
    const both = agree(TEXT, offline([bare]), answer(llmCall({ entry: '1', takeProfits: ['66500', '99999'] })), known);

    expect(both.calls[0]).toMatchObject({ entry: new Decimal(64_000), stopLoss: new Decimal(62_500), takeProfits: [new Decimal(66_500)] });
  });

  it('leaves out what the model adds where it contradicts the side', () => {
    const bare = offlineCall({ stopLoss: null });

    expect(agree(TEXT, offline([bare]), answer(llmCall({ stopLoss: '66500' })), known).calls[0]?.stopLoss).toBeNull();
  });

  it('is nothing where the model reads no call, or the other side', () => {
    const none = agree(TEXT, offline([offlineCall()]), answer(), known);
    expect([none.calls, codes(none)]).toEqual([[], ['LLM_DISAGREES']]);
    const other = agree(TEXT, offline([offlineCall()]), answer(llmCall({ side: 'short' })), known);
    expect([other.calls, codes(other)]).toEqual([[], ['SIDES_DISAGREE']]);
  });

  describe('when only the model finds a call', () => {
    const alone = (values: Partial<LlmCall> = {}, refused = [NOTHING], text = TEXT) =>
      agree(text, offline([], refused), answer(llmCall(values)), known);

    it('is that call where the rules named no danger and every number stands in the text', () => {
      expect(alone().calls).toEqual([offlineCall({ confidence: 0.95 })]);
    });

    it.each(['CONDITIONAL', 'QUESTION', 'RETROSPECTIVE', 'NOT_SERIOUS', 'PROMOTION', 'QUOTED', 'NEGATED'])(
      'is nothing where the rules say %s',
      (code) => {
        const { calls, refused } = alone({}, [{ code, why: 'so they say' }]);
        expect(calls).toEqual([]);
        expect(refused.at(-1)).toMatchObject({ code: 'LLM_ALONE', why: expect.stringContaining(code) as string });
      },
    );

    it.each<[string, Partial<LlmCall>]>([
      ['it is not sure', { confidence: 0.79 }],
      ['a number does not stand in the text', { stopLoss: '62400' }],
      ['the leverage is beyond 100', { leverage: '62500' }],
      ['the stop is on the wrong side', { stopLoss: '68000', takeProfits: [] }],
      ['the text does not name the symbol', { symbol: 'ETH' }],
    ])('is nothing where %s', (_, values) => {
      const { calls, refused } = alone(values);
      expect([calls, refused.at(-1)?.code]).toEqual([[], 'LLM_ALONE']);
    });

    it('is nothing for a symbol that no venue lists', () => {
      expect(alone({ symbol: 'NOPE' }).calls).toEqual([]);
    });
  });

  it('never has a call that the rules did not find beside a danger, whatever the model says', () => {
    const call = fc.record({
      symbol: fc.constantFrom('BTC', 'ETH'),
      side: fc.constantFrom('long' as const, 'short' as const),
      entry: fc.constantFrom('64000', null),
      stopLoss: fc.constantFrom('62500', '68000', null),
      takeProfits: fc.subarray(['66500', '68000']),
      leverage: fc.constantFrom('5', null),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 3 }), (llmCalls) => {
        const danger = { code: 'NOT_SERIOUS', why: 'a joke' };
        expect(agree(TEXT, offline([], [danger]), answer(...llmCalls), known).calls).toEqual([]);
      }),
    );
  });
});

describe('The numbers that stand in a text', () => {
  it.each([
    ['60.000', ['60', '60000']],
    ['64,250.5', ['64250.5']],
    ['1.234,5', ['1234.5']],
    ['66.5k', ['66.5', '66500']],
    ['0.000012', ['0.000012']],
    ['64 000', ['64000', '64']],
  ])('%s is read as %j', (text, values) => {
    for (const value of values) expect(numbersIn(text)).toContain(value);
  });

  it('are none that the text has not', () => {
    expect(numbersIn('stop 62500')).not.toContain('62000');
  });
});

describe('An answer', () => {
  it.each([
    ['no JSON', 'long BTC'],
    ['a size', JSON.stringify({ calls: [{ ...llmCall(), size: '1' }], reason: '' })],
    ['a venue', JSON.stringify({ calls: [{ ...llmCall(), venue: 'ostium' }], reason: '' })],
    ['a number in place of a decimal text', JSON.stringify({ calls: [{ ...llmCall(), entry: 64_000 }], reason: '' })],
    ['a negative price', JSON.stringify({ calls: [llmCall({ entry: '-1' })], reason: '' })],
    ['eleven calls', JSON.stringify({ calls: Array.from({ length: 11 }, () => llmCall()), reason: '' })],
  ])('with %s is not taken', (_, raw) => {
    expect(parseAnswer(raw)).toHaveProperty('problem');
  });

  it('comes back from its text as it was', () => {
    expect(parseAnswer(JSON.stringify(answer(llmCall())))).toEqual({ answer: answer(llmCall()) });
  });
});

describe('The text of a post in the prompt', () => {
  it('is one JSON line that no text breaks out of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const lines = userPrompt(text).split('\n');
        expect(lines).toHaveLength(3);
        expect(JSON.parse(lines[1] ?? '')).toBe(text);
        expect(lines[2]).toBe(lines[0]?.replace('<', '</'));
      }),
    );
  });

  it('has another marker each time', () => {
    expect(userPrompt('a')).not.toBe(userPrompt('a'));
  });
});
