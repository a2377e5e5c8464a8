import { findSecrets } from './find-secrets';

const KEY = '0x4c0883a69102937d6231471b5dbb6204fe512961708279feb1be6ae5538da033';
const DIGITS = KEY.slice(2);
const MASTER = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';
const TOKEN = 'mxk_Zm9vYmFyLWJhei1xdXV4LTEyMzQ1Njc4';
const utf8 = (text: string) => Buffer.from(text, 'utf8');
const surrounded = (bytes: Buffer, before: number) => Buffer.concat([Buffer.alloc(before, 'x'), bytes, Buffer.from('rest')]);

// What was planted is made by Node's own encoders.
const PLANTED: [string, string, string][] = [
  ['a key', KEY, KEY],
  ['a key without 0x', KEY, `privateKey=${DIGITS}.`],
  ['a key in capitals', KEY, DIGITS.toUpperCase()],
  ['a key in base64', KEY, Buffer.from(DIGITS, 'hex').toString('base64')],
  ['a key in base64 for URLs', KEY, Buffer.from(DIGITS, 'hex').toString('base64url')],
  ['a key as bytea of its text', KEY, `\\x${utf8(KEY).toString('hex')}`],
  ['a key as base64 of its digits', KEY, utf8(DIGITS).toString('base64')],
  ...[0, 1, 2, 3].map((before): [string, string, string] => [
    `a key after ${before} other bytes in base64`,
    KEY,
    surrounded(Buffer.from(DIGITS, 'hex'), before).toString('base64'),
  ]),
  ['a master key', MASTER, `{"MASTER_KEY":"${MASTER}"}`],
  ['a master key in hex', MASTER, Buffer.from(MASTER, 'base64').toString('hex').toUpperCase()],
  ['a master key in a URL', MASTER, `?key=${encodeURIComponent(MASTER)}`],
  ['a master key as bytea', MASTER, `\\x${Buffer.from(MASTER, 'base64').toString('hex')}`],
  ['an API key', TOKEN, `x-api-key: ${TOKEN}`],
  ['an API key in hex', TOKEN, utf8(TOKEN).toString('hex')],
  ['an API key in base64', TOKEN, utf8(TOKEN).toString('base64')],
  ['an API key in a basic authorization', TOKEN, utf8(`user:${TOKEN}`).toString('base64')],
];

describe('the search for secrets', () => {
  it.each(PLANTED)('finds %s', (_what, secret, written) => {
    const findings = findSecrets([['it', secret]], [{ place: 'a log', text: `before ${written} after` }]);
    expect(findings.join()).toMatch(/^it, as .* in a log/);
  });

  it('finds nothing where there is none: another key, a part of it, its hash', () => {
    const other = `${DIGITS.slice(0, 40)}${'0'.repeat(24)}`;
    const writings = [other, DIGITS.slice(0, 62), TOKEN.slice(0, 12), MASTER.toLowerCase()].map((text) => ({ place: 'a log', text }));
    expect(
      findSecrets(
        [
          ['key', KEY],
          ['token', TOKEN],
          ['master', MASTER],
        ],
        writings,
      ),
    ).toEqual([]);
  });

  it('names each secret and each place, and refuses to look for what is too short', () => {
    const findings = findSecrets(
      [
        ['key', KEY],
        ['token', TOKEN],
      ],
      [
        { place: 'one', text: KEY },
        { place: 'two', text: TOKEN },
      ],
    );
    expect(findings).toEqual(['key, as hex of its bytes, in one', 'token, as it is, in two']);
    expect(() => findSecrets([['short', 'abc']], [])).toThrow('too short');
  });
});
