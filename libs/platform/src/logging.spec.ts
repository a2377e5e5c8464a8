import { Decimal, RetryableError } from '@maxxit/domain';
import fc from 'fast-check';
import { withLogContext } from './log-context';
import { createLogger } from './logging';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): { line: string; fields: Record<string, unknown> } {
  let line = '';
  write(createLogger({ service: 'trade-executor', level: 'info', pretty: false }, { write: (text) => void (line += text) }));
  return { line, fields: JSON.parse(line) as Record<string, unknown> };
}

describe('the log', () => {
  it('is JSON with service, level word, UTC time, the fields and the message', () => {
    const { fields } = logged((logger) => logger.info({ orderId: 'o1', price: new Decimal('97000.10') }, 'order filled'));
    expect(fields).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      service: 'trade-executor',
      orderId: 'o1',
      price: '97000.1',
      msg: 'order filled',
    });
  });

  it('carries the ids of the contexts it is written in, across awaits', async () => {
    let line = '';
    const logger = createLogger({ service: 's', level: 'info', pretty: false }, { write: (text) => void (line = text) });
    await withLogContext({ correlationId: 'c1', signalId: 's1' }, () =>
      withLogContext({ orderId: 'o1' }, async () => {
        await Promise.resolve();
        logger.info('inside');
      }),
    );
    expect(JSON.parse(line)).toMatchObject({ correlationId: 'c1', signalId: 's1', orderId: 'o1' });
    logger.info('outside');
    expect(JSON.parse(line)).not.toHaveProperty('orderId');
  });

  it('hides what has a secret name, at any depth and in any spelling', () => {
    const name = fc.constantFrom(
      ...['authorization', 'Authorization', 'cookie', 'set-cookie', 'privateKey', 'agentPrivateKey', 'PRIVATE_KEY', 'secret'],
      ...['clientSecret', 'masterKey', 'MASTER_KEY', 'password', 'apiKey', 'x-api-key', 'API_KEY', 'refreshToken'],
    );
    const wrap = fc.array(fc.constantFrom('object', 'array', 'error'), { maxLength: 6 });
    fc.assert(
      fc.property(name, wrap, (secretName, wrappers) => {
        let value: unknown = { [secretName]: 'hunter2', kept: 'visible' };
        for (const wrapper of wrappers) {
          if (wrapper === 'object') value = { inner: value };
          else if (wrapper === 'array') value = [value];
          else value = new RetryableError('X', 'x', { inner: value });
        }
        const { line } = logged((logger) => logger.info({ value }, 'm'));
        expect(line).not.toContain('hunter2');
      }),
    );
  });

  it('keeps what is not secret', () => {
    const { fields } = logged((logger) => logger.info({ token: 'BTC', keys: 2, nested: { symbol: 'ETH', password: undefined } }, 'm'));
    expect(fields).toMatchObject({ token: 'BTC', keys: 2, nested: { symbol: 'ETH' } });
  });

  it('takes of an error its type, text, stack, code and causes, and nothing that an HTTP client hung on it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('Request failed', { cause }), {
      code: 'ERR_BAD_RESPONSE',
      config: { data: '{"agentPrivateKey":"hunter2"}', headers: { 'X-Custom': 'hunter2' } },
    });
    const { line, fields } = logged((logger) => logger.error({ err: error }, 'm'));
    expect(line).not.toContain('hunter2');
    expect(fields['err']).toMatchObject({
      type: 'Error',
      message: 'Request failed',
      code: 'ERR_BAD_RESPONSE',
      stack: expect.stringContaining('logging.spec') as unknown,
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
  });

  it('hides passwords in URLs and secrets in query strings, in the message too', () => {
    const { line } = logged((logger) =>
      logger.info({ url: '/x?symbol=BTC&api_key=hunter2&n=1' }, 'cannot reach postgres://maxxit:hunter2@db:5432/maxxit'),
    );
    expect(line).not.toContain('hunter2');
    expect(line).toContain('symbol=BTC');
    expect(line).toContain('&n=1');
    expect(line).toContain('@db:5432/maxxit');
  });

  it('survives what refers to itself, is deep, or is a bigint', () => {
    const loop: Record<string, unknown> = { id: 1n };
    loop['self'] = loop;
    const { fields } = logged((logger) => logger.info({ loop }, 'm'));
    expect(fields['loop']).toEqual({ id: '1', self: '[circular]' });
  });
});
