import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvOf } from './csv';

describe('CSV', () => {
  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1+1', `'+1+1`],
    ['-2+3', `'-2+3`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['-12.50', '-12.50'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['plain', 'plain'],
  ])('writes %j so that no spreadsheet runs it', (text, expected) => {
    expect(csvOf([[text]])).toBe(`${expected}\r\n`);
  });

  it('is read by another parser as it was written, but for the apostrophe before formulas', () => {
    const text = fc.string({ maxLength: 20 }).filter((value) => !/^[=+\-@\t\r\n]/.test(value));
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const read: unknown = parse(csvOf(rows), { relax_column_count: true, skip_empty_lines: false, record_delimiter: '\r\n' });
        expect(read).toEqual(rows);
      }),
    );
  });
});
