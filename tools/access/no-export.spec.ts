import fs from 'node:fs';
import { APIS } from './access-table';

/** What a field that holds key material would be called. */
const KEY_MATERIAL = /private|secret|ciphertext|wrapped|masterkey|mnemonic|seed|keyhash/i;

/** What a client has to be given, once: a webhook's secret is made for it, and trades nothing. */
const GIVEN_ONCE = ['CreatedWebhookDto.secret'];

describe('the OpenAPI documents', () => {
  it.each(APIS)('of %s have no field by which a stored key could be read', (api) => {
    const document = fs.readFileSync(`libs/api-client/openapi/${api}.json`, 'utf8');
    const { components } = JSON.parse(document) as { components: { schemas: Record<string, { properties?: object }> } };
    const fields = Object.entries(components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.keys(properties).map((field) => `${name}.${field}`),
    );
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => KEY_MATERIAL.test(field) && !GIVEN_ONCE.includes(field))).toEqual([]);
  });
});
