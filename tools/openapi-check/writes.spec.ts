import fs from 'node:fs';

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string }>;
}

const WRITES = ['post', 'put', 'patch', 'delete'];

/** By whom it is sent nobody knows before it is answered, and so whose key it is. Each can be done once by what is in it. */
const BEFORE_SIGN_IN = {
  'post /api/auth/nonce': 'changes nothing of anybody',
  'post /api/auth/sign-in': 'its nonce is taken once',
  'post /api/auth/refresh': 'its token is taken once; a repetition ends the session, which is what it is for',
  'post /api/webhooks/{id}': 'of an institute: a report that is there is not stored again',
};

/** What is there already and can't be changed but ended, or done with once more. */
const WITHOUT_REVISION = {
  'delete /api/api-keys/{id}': 'ends it; one that has ended stays as it is',
  'delete /api/webhooks/{id}': 'ends it',
  'post /api/kill-switches/{id}/lift': 'ends it; one that has been lifted stays as it is',
  'post /api/positions/{id}/close': 'closes what there is, whatever has been sold since; a second order to close it is never made',
  'post /api/webhook-deliveries/{id}/replay': 'changes no row that somebody could have read, but sends one once more',
  'post /api/webhooks/{id}/test': 'changes no row that somebody could have read, but sends an event',
  'post /api/webhooks/{id}': 'is no row of this API, but where its institute pushes',
};

describe('Every write', () => {
  const writes = ['agent-api', 'deployment-api', 'signal-api'].flatMap((api) => {
    const { paths } = JSON.parse(fs.readFileSync(`libs/api-client/openapi/${api}.json`, 'utf8')) as {
      paths: Record<string, Record<string, Operation>>;
    };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => (WRITES.includes(method) ? [{ name: `${method} ${path}`, operation }] : [])),
    );
  });
  const takes = ({ operation }: (typeof writes)[number], header: string) =>
    (operation.parameters ?? []).some(({ name, in: where }) => where === 'header' && name === header);

  it('takes Idempotency-Key, and says how it refuses one, but those of somebody who has not signed in', () => {
    expect(writes.length).toBeGreaterThan(30);
    expect(
      writes
        .filter((write) => !takes(write, 'Idempotency-Key'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(BEFORE_SIGN_IN).sort());
    for (const { operation } of writes.filter((write) => takes(write, 'Idempotency-Key'))) {
      expect(operation.responses['400']?.description).toContain('IDEMPOTENCY_KEY_INVALID');
      expect(operation.responses['409']?.description).toContain('IDEMPOTENCY_KEY_REUSED');
    }
  });

  it('of what is there already takes If-Match, and answers 412, but where a row can only be ended', () => {
    const changes = writes.filter(({ name }) => name.includes('{'));
    expect(
      changes
        .filter((write) => !takes(write, 'If-Match'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(WITHOUT_REVISION).sort());
    for (const write of writes) {
      const says = write.operation.responses['412']?.description.includes('PRECONDITION_FAILED') ?? false;
      expect([write.name, says]).toEqual([write.name, takes(write, 'If-Match')]);
      if (!takes(write, 'If-Match')) expect(write.operation.responses['400']?.description).toContain('IF_MATCH_NOT_TAKEN');
    }
  });
});
