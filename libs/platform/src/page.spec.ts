import { newId, NotFoundError } from '@maxxit/domain';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, toPage } from './page';

describe('cursors', () => {
  it('come back as they were made, from safe characters only', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
          { minLength: 1, maxLength: 4 },
        ),
        (values) => {
          const cursor = encodeCursor(values);
          expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(
            decodeCursor(
              cursor,
              values.map(() => 'text'),
            ),
          ).toEqual(values);
        },
      ),
    );
    const id = newId();
    for (const figure of ['0', '-0.125', '-100000000000000000000', '1795697300.123456', '-Infinity']) {
      expect(decodeCursor(encodeCursor([figure, id]), ['numeric', 'uuid'])).toEqual([figure, id]);
    }
  });

  it.each([
    ['an id', 'uuid', ['x', '', `${newId()} `, newId().replaceAll('-', '')]],
    ['a number', 'numeric', ['x', '', 'NaN', 'Infinity', '1e9', '0x1', '1;', '9'.repeat(60)]],
    ['a text', 'text', ['\0', 'a\0b']],
  ] as const)('are refused as BAD_CURSOR when somebody made them up without %s where there has to be one', (_, kind, values) => {
    for (const value of values) {
      expect(() => decodeCursor(encodeCursor([value]), [kind])).toThrow(expect.objectContaining({ code: 'BAD_CURSOR' }) as NotFoundError);
    }
  });

  it('are refused as BAD_CURSOR when they are anything else', () => {
    const others = [
      '',
      'x',
      '!!!',
      encodeCursor(['only one']),
      `${encodeCursor(['a', 'b'])}=`,
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from('[1,2]').toString('base64url'),
      Buffer.from('["a", "b"]').toString('base64url'),
    ];
    for (const cursor of others) {
      expect(() => decodeCursor(cursor, ['text', 'text'])).toThrow(expect.objectContaining({ code: 'BAD_CURSOR' }) as NotFoundError);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return decodeCursor(text, ['text', 'text']).length === 2;
        } catch (error) {
          return error instanceof NotFoundError;
        }
      }),
    );
  });
});

describe('toPage', () => {
  const cursorOf = (row: number): string[] => [String(row)];

  it('has a next cursor, after the last item shown, only when a surplus row was read', () => {
    expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: encodeCursor(['2']) });
    expect(toPage([1, 2], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: null });
    expect(toPage([], 2, cursorOf)).toEqual({ items: [], nextCursor: null });
  });
});
