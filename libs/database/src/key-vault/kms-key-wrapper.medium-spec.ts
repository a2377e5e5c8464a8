import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt, encrypt } from './envelope';
import { KmsKeyWrapper } from './kms-key-wrapper';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const NEW_KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not a real one' };

interface KmsRequest {
  KeyId: string;
  Plaintext?: string;
  CiphertextBlob?: string;
  EncryptionContext: Record<string, string>;
}

/**
 * Encrypt and Decrypt as the AWS KMS API reference describes them: the AWS JSON 1.1 protocol, the operation in X-Amz-Target, blobs in
 * base64, the encryption context authenticated, errors by their __type.
 */
class KmsDouble {
  readonly calls: { target: string; body: KmsRequest; headers: Record<string, unknown> }[] = [];
  failWith: { status: number; type: string } | undefined;
  private readonly keys = new Map([KEY_ARN, NEW_KEY_ARN].map((arn) => [arn, randomBytes(32)]));
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as KmsRequest;
      const target = String(request.headers['x-amz-target']);
      this.calls.push({ target, body, headers: request.headers });
      const { status, answer } = this.answer(target, body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(target: string, { KeyId, Plaintext, CiphertextBlob, EncryptionContext }: KmsRequest): { status: number; answer: object } {
    if (this.failWith) return { status: this.failWith.status, answer: { __type: this.failWith.type } };
    const arn = KeyId === 'alias/venue-keys' ? KEY_ARN : KeyId;
    const key = this.keys.get(arn);
    if (!key) return { status: 400, answer: { __type: 'NotFoundException' } };
    const context = JSON.stringify(EncryptionContext);
    try {
      return target === 'TrentService.Encrypt'
        ? {
            status: 200,
            answer: { KeyId: arn, CiphertextBlob: encrypt(key, Buffer.from(Plaintext ?? '', 'base64'), context).toString('base64') },
          }
        : {
            status: 200,
            answer: { KeyId: arn, Plaintext: decrypt(key, Buffer.from(CiphertextBlob ?? '', 'base64'), context).toString('base64') },
          };
    } catch {
      return { status: 400, answer: { __type: 'InvalidCiphertextException' } };
    }
  }
}

describe('a master key in AWS KMS', () => {
  const kms = new KmsDouble();
  const dataKey = randomBytes(32);
  let endpoint: string;
  const wrapperOf = (keyId: string) =>
    new KmsKeyWrapper({ keyId, region: 'eu-west-1', endpoint, credentials: CREDENTIALS, timeoutMs: 5_000 });

  beforeAll(async () => {
    endpoint = await kms.start();
  });
  beforeEach(() => {
    kms.failWith = undefined;
    kms.calls.splice(0);
  });
  afterAll(async () => {
    await kms.stop();
  });

  it('wraps and unwraps there, by signed requests, and remembers which key it was', async () => {
    const wrapper = wrapperOf('alias/venue-keys');
    const wrapped = await wrapper.wrap(dataKey, 'venue_keys:1:1');

    expect(wrapped.masterKeyId).toBe(KEY_ARN);
    expect(wrapped.wrappedDataKey.includes(dataKey)).toBe(false);
    expect(await wrapper.unwrap(wrapped, 'venue_keys:1:1')).toEqual(dataKey);
    expect(kms.calls.map(({ target, body }) => [target, body.KeyId])).toEqual([
      ['TrentService.Encrypt', 'alias/venue-keys'],
      ['TrentService.Decrypt', KEY_ARN],
    ]);
    expect(kms.calls[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/kms\/aws4_request/);
  });

  it('unwraps for nothing but what it was wrapped for', async () => {
    const wrapper = wrapperOf(KEY_ARN);
    const wrapped = await wrapper.wrap(dataKey, 'venue_keys:1:1');

    await expect(wrapper.unwrap(wrapped, 'venue_keys:2:1')).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('goes on unwrapping what the key before wrapped, once another one is configured', async () => {
    const wrapped = await wrapperOf(KEY_ARN).wrap(dataKey, 'venue_keys:1:1');
    const rotated = wrapperOf(NEW_KEY_ARN);

    expect(await rotated.unwrap(wrapped, 'venue_keys:1:1')).toEqual(dataKey);
    expect((await rotated.wrap(dataKey, 'venue_keys:1:1')).masterKeyId).toBe(NEW_KEY_ARN);
  });

  it('says that asking again may help when KMS is throttled or down, and that it will not when access is denied', async () => {
    const wrapper = wrapperOf(KEY_ARN);
    kms.failWith = { status: 400, type: 'AccessDeniedException' };
    await expect(wrapper.wrap(dataKey, 'venue_keys:1:1')).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    expect(kms.calls).toHaveLength(1);

    kms.failWith = { status: 500, type: 'KMSInternalException' };
    await expect(wrapper.wrap(dataKey, 'venue_keys:1:1')).rejects.toMatchObject({ code: 'KEY_SERVICE_UNAVAILABLE' });
  });
});
