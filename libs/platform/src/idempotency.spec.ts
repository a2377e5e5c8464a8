import { fingerprintOf } from './idempotency';

const print = (body: unknown) => fingerprintOf('/api/agents', body);

describe('The fingerprint of a request', () => {
  it('is the same in whatever order fields are written, at any depth', () => {
    expect(print({ a: 1, b: { c: 2, d: [{ e: 3, f: 4 }] } })).toBe(print({ b: { d: [{ f: 4, e: 3 }], c: 2 }, a: 1 }));
  });

  it.each([
    ['an empty object', 'an empty list', {}, []],
    ['an object', 'a list of its fields', { a: 1 }, [['a', 1]]],
    ['a list', 'it in another order', [1, 2], [2, 1]],
    ['a number', 'its text', { a: 1 }, { a: '1' }],
    ['a field of null', 'no field', { a: null }, {}],
  ])('is another of %s than of %s', (_, __, one: unknown, other: unknown) => {
    expect(print({ institutes: one })).not.toBe(print({ institutes: other }));
  });

  it('is another for another URL', () => {
    expect(fingerprintOf('/api/agents/1', {})).not.toBe(fingerprintOf('/api/agents/2', {}));
  });
});
