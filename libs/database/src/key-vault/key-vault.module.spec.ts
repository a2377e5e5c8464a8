import { ConfigError, loadConfig } from '@maxxit/platform';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { keySettings } from './key-vault.module';

describe('MASTER_KEY', () => {
  const schema = z.object(keySettings);

  it('is 32 bytes in base64', () => {
    const key = randomBytes(32);

    expect(loadConfig(schema, { MASTER_KEY: key.toString('base64') }).MASTER_KEY).toEqual({ localKeys: [key] });
  });

  it('may be several, of which the first wraps', () => {
    const keys = [randomBytes(32), randomBytes(32)];
    const text = keys.map((key) => key.toString('base64')).join(', ');

    expect(loadConfig(schema, { MASTER_KEY: text }).MASTER_KEY).toEqual({ localKeys: keys });
  });

  it('may be in a file, one on a line', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-key-'));
    const keys = [randomBytes(32), randomBytes(32)];
    fs.writeFileSync(path.join(folder, 'key'), keys.map((key) => `${key.toString('base64')}\n`).join(''));

    expect(loadConfig(schema, { MASTER_KEY: `file:${folder}/key` }).MASTER_KEY).toEqual({ localKeys: keys });
    expect(() => loadConfig(schema, { MASTER_KEY: `file:${folder}/other` })).toThrow('the file can not be read');
    fs.rmSync(folder, { recursive: true });
  });

  it('may be one that AWS KMS keeps', () => {
    expect(loadConfig(schema, { MASTER_KEY: 'aws-kms:alias/venue-keys' }).MASTER_KEY).toEqual({ kmsKeyId: 'alias/venue-keys' });
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
