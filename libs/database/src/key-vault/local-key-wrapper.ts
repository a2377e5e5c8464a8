import { FatalError, type KeyWrapper, type WrappedDataKey } from '@maxxit/domain';
import { createHash } from 'node:crypto';
import { decrypt, encrypt, KEY_BYTES } from './envelope';

/**
 * Wraps with master keys that this process holds. The first wraps; the others still unwrap what they wrapped before, until it has been
 * rewrapped (`npm run maxxit -- keys rotate`).
 */
export class LocalKeyWrapper implements KeyWrapper {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Tells master keys apart without telling anything about them. */
  readonly masterKeyId: string;

  constructor(masterKeys: readonly Buffer[]) {
    if (masterKeys.some(({ length }) => length !== KEY_BYTES)) throw new Error(`A master key has to have ${KEY_BYTES} bytes.`);
    this.keys = new Map(masterKeys.map((key) => [idOf(key), key]));
    const [current] = this.keys.keys();
    if (current === undefined) throw new Error('There has to be a master key.');
    this.masterKeyId = current;
  }

  wrap(dataKey: Buffer, boundTo: string): Promise<WrappedDataKey> {
    const { masterKeyId } = this;
    return Promise.resolve({ masterKeyId, wrappedDataKey: encrypt(this.key(masterKeyId, boundTo), dataKey, boundTo) });
  }

  async unwrap({ masterKeyId, wrappedDataKey }: WrappedDataKey, boundTo: string): Promise<Buffer> {
    return Promise.resolve(decrypt(this.key(masterKeyId, boundTo), wrappedDataKey, boundTo));
  }

  private key(masterKeyId: string, boundTo: string): Buffer {
    const key = this.keys.get(masterKeyId);
    if (key) return key;
    throw new FatalError(
      'KEY_UNREADABLE',
      `${boundTo} can't be opened: it was wrapped by the master key ${masterKeyId}, and MASTER_KEY has ${[...this.keys.keys()].join(', ')}.`,
    );
  }
}

function idOf(masterKey: Buffer): string {
  return createHash('sha256').update(masterKey).digest('hex').slice(0, 16);
}
