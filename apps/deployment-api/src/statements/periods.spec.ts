import { statementBounds } from './periods';

const ACTIVATED = new Date('2026-11-18T10:00:00Z'); // a Wednesday
const NOW = new Date('2026-12-02T08:30:00Z');
const bounds = (query: Parameters<typeof statementBounds>[0]) =>
  statementBounds(query, ACTIVATED, NOW).map((bound) => bound.toISOString().slice(0, 16));

describe('the periods of a statement', () => {
  it('begin with the activation and end now, in calendar months', () => {
    expect(bounds({ period: 'month' })).toEqual(['2026-11-18T10:00', '2026-12-01T00:00', '2026-12-02T08:30']);
  });

  it('are weeks from Monday to Monday', () => {
    expect(bounds({ period: 'week' })).toEqual(['2026-11-18T10:00', '2026-11-23T00:00', '2026-11-30T00:00', '2026-12-02T08:30']);
  });

  it('are days of the range that is asked for, both ends in it', () => {
    expect(bounds({ period: 'day', from: '2026-11-20', to: '2026-11-21' })).toEqual([
      '2026-11-20T00:00',
      '2026-11-21T00:00',
      '2026-11-22T00:00',
    ]);
  });

  it('are one for the whole', () => {
    expect(bounds({ period: 'whole', from: '2026-01-01', to: '2026-12-31' })).toEqual(['2026-11-18T10:00', '2026-12-02T08:30']);
  });

  it('are none when all of it lies ahead', () => {
    expect(bounds({ period: 'day', from: '2027-01-01', to: '2027-01-02' })).toEqual([]);
  });

  it.each([{ from: '2026-11-21', to: '2026-11-20' }, { to: '2026-11-01' }])('are refused for %j', (query) => {
    expect(() => bounds({ period: 'day', ...query })).toThrow(expect.objectContaining({ code: 'STATEMENT_PERIOD_NOT_VALID' }) as Error);
  });

  it('are 400 at most', () => {
    const old = new Date('2020-01-01T00:00:00Z');
    expect(() => statementBounds({ period: 'day' }, old, NOW)).toThrow('400');
  });
});
