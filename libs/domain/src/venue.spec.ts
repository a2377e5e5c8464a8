import fc from 'fast-check';
import { isOutsideVenue, isVenue, sortVenues, VENUES, type Venue } from './venue';

describe('Names of venues', () => {
  it.each(['hyperliquid', 'ostium', 'paper', 'x-acme', 'x-a', 'x-acme-2', `x-${'a'.repeat(30)}`])('include %s', (name) => {
    expect(isVenue(name)).toBe(true);
    expect(isVenue(name) && isOutsideVenue(name)).toBe(name.startsWith('x-'));
  });

  it.each([
    '',
    'mtgox',
    'Hyperliquid',
    'hyperliquid2',
    'x-',
    'x-2',
    'x--a',
    'X-acme',
    'x-Acme',
    'x-a b',
    `x-${'a'.repeat(31)}`,
    'ostium,x-a',
  ])('do not include "%s"', (name) => {
    expect(isVenue(name)).toBe(false);
  });

  it('are sorted: ours in their fixed order, then those from outside by name, each once', () => {
    expect(sortVenues(['x-zeta', 'ostium', 'x-acme', 'hyperliquid', 'ostium', 'x-acme'])).toEqual([
      'hyperliquid',
      'ostium',
      'x-acme',
      'x-zeta',
    ]);
    const names = fc.array(fc.constantFrom<Venue[]>(...VENUES, 'x-acme', 'x-beta', 'x-zeta'));
    fc.assert(
      fc.property(names, (venues) => {
        const sorted = sortVenues(venues);
        expect(new Set(sorted)).toEqual(new Set(venues));
        expect(sorted).toEqual(sortVenues([...venues].reverse()));
      }),
    );
  });
});
