import { isFeedUrl } from './research-institute.dto';

describe('a feed URL', () => {
  it.each(['https://example.org/reports.json', 'http://127.0.0.1:8080/feed', 'folder:north', 'folder:north-2026.q1'])(
    'may be %s',
    (url) => {
      expect(isFeedUrl(url)).toBe(true);
    },
  );

  it.each([
    'file:///etc/passwd',
    'ftp://example.org',
    'javascript:alert(1)',
    'folder:',
    'folder:../secret',
    'folder:..',
    'folder:a/b',
    'folder:/etc',
    'folder:a\\b',
    'https://user:password@example.org/feed',
    'example.org/feed',
    '',
    42,
    null,
  ])('may not be %p', (url) => {
    expect(isFeedUrl(url)).toBe(false);
  });
});
