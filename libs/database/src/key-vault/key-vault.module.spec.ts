import { ConfigError, loadConfig } from '@maxxit/platform';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keySettings } from './key-vault.module';

describe('MASTER_KEY', () => {
  const schema = z.object(keySettings);

  it('is 32 bytes in base64', () => {
    const key = randomBytes(32);

    expect(loadConfig(schema, { MASTER_KEY: key.toString('base64') }).MASTER_KEY).toEqual(key);
  });

  it.each([
    ['is missing', undefined],
    ['is too short', randomBytes(16).toString('base64')],
    ['is not base64', 'x'.repeat(44)],
  ])('is refused when it %s, with how to make one and without its value', (_, value) => {
    const problems = (): string => {
      try {
        loadConfig(schema, { MASTER_KEY: value });
        return '';
      } catch (error) {
        return (error as ConfigError).problems.join();
      }
    };

    expect(problems()).toContain('openssl rand -base64 32');
    expect(problems()).not.toContain(value ?? 'undefined');
  });
});
