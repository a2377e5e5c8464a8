import { KEY_VAULT } from '@maxxit/domain';
import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { DatabaseKeyVault } from './database-key-vault';

/** Of the apps that make or use venue keys. */
export const keySettings = {
  MASTER_KEY: z
    .string()
    .transform((text, context): Buffer => {
      const key = Buffer.from(text.trim(), 'base64');
      if (key.length === 32 && key.toString('base64') === text.trim()) return key;
      context.addIssue({ code: 'custom', message: 'it has to be 32 bytes in base64' });
      return z.NEVER;
    })
    .describe(
      'the key that wraps the venue keys, 32 random bytes in base64, the same in every app and kept like a password; ' +
        'make one with: openssl rand -base64 32',
    ),
};

/** Provides KEY_VAULT over the app's database. Only apps that make keys or sign with them import it. */
@Module({})
export class KeyVaultModule {
  static forRoot(options: { masterKey: Buffer }): DynamicModule {
    return {
      module: KeyVaultModule,
      global: true,
      providers: [
        {
          provide: KEY_VAULT,
          useFactory: (dataSource: DataSource) => new DatabaseKeyVault(dataSource, options.masterKey),
          inject: [DataSource],
        },
      ],
      exports: [KEY_VAULT],
    };
  }
}
