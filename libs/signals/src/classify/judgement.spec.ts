import { featuresOf, likelihoodOf } from './judgement';
import { learn } from './learn';
import { readOpenly } from './offline-classifier';
import type { LabelledPost } from './evaluate';

describe('what is learnt about whether a text makes a call', () => {
  it('is seen in runs of words, with instruments, sides and numbers as such, and in where they stand', () => {
    const features = featuresOf(readOpenly('Breadth looks tired. Short ETH 3,000, stop 3,060. Cut in half.'));
    for (const feature of ['^ SHORT SYM', 'SHORT SYM N', 'call|SHORT', 'before|tired', 'behind|half', 'sentences 3']) {
      expect(features).toContain(feature);
    }
    expect([...features].join(' ')).not.toMatch(/3,?0|eth/i);
  });

  // By hand: 1/(1 + e^-(0.5 - 2)) = 1/(1 + e^1.5) = 0.182426; a feature counts once however often it stands there.
  it('gives the likelihood of a logistic regression over the features', () => {
    const weights = { 'SHORT SYM': -2, 'of no text': 9 };
    expect(likelihoodOf(readOpenly('Short ETH, short ETH.'), { bias: 0.5, weights })).toBeCloseTo(0.182426, 6);
  });

  const post = (text: string, isCall: boolean): LabelledPost => ({
    id: text,
    language: 'en',
    text,
    calls: isCall ? [{ symbol: 'BTC', side: 'long', leverage: null, entry: null, stopLoss: null, takeProfits: [] }] : [],
    ...(isCall ? {} : { category: 'quote' }),
  });
  const posts = ['BTC', 'ETH', 'SOL', 'XRP'].flatMap((symbol) => [
    post(`Long ${symbol} 100, stop 90. Structure is clean.`, true),
    post(`Long ${symbol} 100, stop 90. Marcus never learns.`, false),
  ]);

  it('tells apart what the posts tell apart, and says nothing of words of fewer than three posts', () => {
    const learnt = learn([...posts, post('Long BTC, said once.', false)]);
    expect(likelihoodOf(readOpenly('Short gold 50, stop 60. Structure is tired.'), learnt)).toBeGreaterThan(0.5);
    expect(likelihoodOf(readOpenly('Short gold 50, stop 60. Marcus is tired.'), learnt)).toBeLessThan(0.5);
    expect(learnt.weights).not.toHaveProperty('said');
    expect(learnt.weights.marcus).toBeLessThan(0);
  });

  it('does not depend on the order of the posts', () => {
    expect(learn([...posts].reverse())).toEqual(learn(posts));
  });
});
