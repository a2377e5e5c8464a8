import { KEY_VAULT, type KeyWrapper } from '@maxxit/domain';
import { setting } from '@maxxit/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import fs from 'node:fs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { DatabaseKeyVault } from './database-key-vault';
import { KEY_BYTES } from './envelope';
import { KmsKeyWrapper } from './kms-key-wrapper';
import { LocalKeyWrapper } from './local-key-wrapper';

/** What wraps the venue keys: master keys that the process holds (the first wraps), or one that AWS KMS keeps. */
export type MasterKeySetting = { localKeys: readonly Buffer[] } | { kmsKeyId: string };

const masterKey = z.string().transform((text, context): MasterKeySetting => {
  const [, scheme, rest = ''] = /^(file|aws-kms):(.+)$/s.exec(text.trim()) ?? [];
  if (scheme === 'aws-kms') return { kmsKeyId: rest };
  try {
    const localKeys = parseKeys(scheme === 'file' ? fs.readFileSync(rest, 'utf8') : text);
    if (localKeys) return { localKeys };
    context.addIssue({ code: 'custom', message: 'a key has to be 32 bytes in base64' });
  } catch {
    context.addIssue({ code: 'custom', message: 'the file can not be read' });
  }
  return z.NEVER;
});

/** Keys in base64, separated by commas or white space; undefined when one of them isn't such a key. */
function parseKeys(text: string): Buffer[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const keys = words.map((word) => Buffer.from(word, 'base64'));
  const valid = keys.length > 0 && keys.every((key, index) => key.length === KEY_BYTES && key.toString('base64') === words[index]);
  return valid ? keys : undefined;
}

/** Of the apps that make or use venue keys. */
export const keySettings = {
  MASTER_KEY: masterKey.describe(
    'the key that wraps the venue keys, 32 random bytes in base64, the same in every app and kept like a password; ' +
      'make one with: openssl rand -base64 32. Or file: and the path of a file that holds it, or aws-kms: and the id, ARN or alias of a ' +
      'symmetric key of AWS KMS. To replace it see docs/how-to/rotate-keys.md',
  ),
  KMS_REGION: setting.text().optional().describe('the region of an aws-kms: master key; unset: where the AWS SDK finds one'),
  KMS_ENDPOINT: setting.url().optional().describe('a private endpoint of AWS KMS; unset: the one of the region'),
  KMS_TIMEOUT_MS: setting.milliseconds(100).default(3_000).describe('how long a question to AWS KMS may take, ms'),
};

export type KeySettings = z.infer<z.ZodObject<typeof keySettings>>;

export function keyWrapperOf({ MASTER_KEY, KMS_REGION, KMS_ENDPOINT, KMS_TIMEOUT_MS }: KeySettings): KeyWrapper {
  if ('localKeys' in MASTER_KEY) return new LocalKeyWrapper(MASTER_KEY.localKeys);
  return new KmsKeyWrapper({
    keyId: MASTER_KEY.kmsKeyId,
    timeoutMs: KMS_TIMEOUT_MS,
    ...(KMS_REGION !== undefined && { region: KMS_REGION }),
    ...(KMS_ENDPOINT !== undefined && { endpoint: KMS_ENDPOINT }),
  });
}

/** Provides KEY_VAULT over the app's database. Only apps that make keys or sign with them import it. */
@Module({})
export class KeyVaultModule {
  static forRoot(settings: KeySettings): DynamicModule {
    return {
      module: KeyVaultModule,
      global: true,
      providers: [
        {
          provide: KEY_VAULT,
          useFactory: (dataSource: DataSource) => new DatabaseKeyVault(dataSource, keyWrapperOf(settings)),
          inject: [DataSource],
        },
      ],
      exports: [KEY_VAULT],
    };
  }
}
