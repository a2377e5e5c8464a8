import type { KMSClient } from '@aws-sdk/client-kms';
import { FatalError, RetryableError, type KeyWrapper, type WrappedDataKey } from '@maxxit/domain';

/** KMS says with these that asking again won't help: the ciphertext, the key or the permission is wrong. */
const FINAL_ERRORS = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
  'NotFoundException',
  'DisabledException',
  'InvalidKeyUsageException',
  'AccessDeniedException',
  'KMSInvalidStateException',
  'ValidationException',
]);

export interface KmsOptions {
  /** The id, ARN or alias of a symmetric key. */
  keyId: string;
  /** How long one question may take, ms. */
  timeoutMs: number;
  region?: string;
  /** Instead of the region's own, for a private endpoint. */
  endpoint?: string;
  /** Instead of those that the AWS SDK finds. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Wraps with a key that AWS KMS never hands out (Encrypt and Decrypt of the KMS API; `boundTo` is the encryption context, which KMS
 * authenticates and logs). Credentials come from where the AWS SDK looks for them. To rotate to another key, name it in `keyId`: what the
 * one before wrapped is still unwrapped while the credentials may use it.
 */
export class KmsKeyWrapper implements KeyWrapper {
  private client: Promise<{ sdk: typeof import('@aws-sdk/client-kms'); kms: KMSClient }> | undefined;

  constructor(private readonly options: KmsOptions) {}

  async wrap(dataKey: Buffer, boundTo: string): Promise<WrappedDataKey> {
    const { sdk, kms } = await this.connect();
    const { CiphertextBlob, KeyId } = await asked(boundTo, () =>
      kms.send(new sdk.EncryptCommand({ KeyId: this.options.keyId, Plaintext: dataKey, EncryptionContext: { boundTo } })),
    );
    if (!CiphertextBlob || !KeyId) throw unreadable(boundTo, 'KMS answered without a ciphertext');
    return { masterKeyId: KeyId, wrappedDataKey: Buffer.from(CiphertextBlob) };
  }

  async unwrap({ masterKeyId, wrappedDataKey }: WrappedDataKey, boundTo: string): Promise<Buffer> {
    const { sdk, kms } = await this.connect();
    const { Plaintext } = await asked(boundTo, () =>
      kms.send(new sdk.DecryptCommand({ KeyId: masterKeyId, CiphertextBlob: wrappedDataKey, EncryptionContext: { boundTo } })),
    );
    if (!Plaintext) throw unreadable(boundTo, 'KMS answered without a plaintext');
    const dataKey = Buffer.from(Plaintext);
    Plaintext.fill(0);
    return dataKey;
  }

  /** Loads the SDK when it is needed: most installations have a local master key. */
  private connect() {
    this.client ??= import('@aws-sdk/client-kms').then((sdk) => {
      const { region, endpoint, credentials, timeoutMs } = this.options;
      const kms = new sdk.KMSClient({
        maxAttempts: 2,
        requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs },
        ...(region !== undefined && { region }),
        ...(endpoint !== undefined && { endpoint }),
        ...(credentials && { credentials }),
      });
      return { sdk, kms };
    });
    return this.client;
  }
}

async function asked<T>(boundTo: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    // Its name says what happened; the rest of it may repeat the request.
    const name = error instanceof Error ? error.name : 'unknown';
    if (FINAL_ERRORS.has(name)) throw unreadable(boundTo, `KMS answered ${name}`);
    throw new RetryableError('KEY_SERVICE_UNAVAILABLE', `KMS could not be asked about ${boundTo} (${name}). Try again later.`);
  }
}

function unreadable(boundTo: string, why: string): FatalError {
  return new FatalError('KEY_UNREADABLE', `${boundTo} can't be opened or sealed: ${why}.`);
}
