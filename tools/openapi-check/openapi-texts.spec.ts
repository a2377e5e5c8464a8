import fs from 'node:fs';

interface Field {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  [keyword: string]: unknown;
}

interface Document {
  paths: Record<string, Record<string, { summary?: string; parameters?: Field[]; responses: Record<string, Field> }>>;
  components: { schemas: Record<string, { properties?: Record<string, Field> }> };
}

/** Where a value says by itself how it looks. */
const SELF_EVIDENT = ['example', 'enum', 'default', '$ref', 'anyOf', 'oneOf', 'minimum', 'const'];

describe.each(['agent-api', 'deployment-api', 'signal-api'])('The OpenAPI document of %s', (api) => {
  const { paths, components } = JSON.parse(fs.readFileSync(`libs/api-client/openapi/${api}.json`, 'utf8')) as Document;
  const fields = Object.entries(components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).map(([field, schema]) => [`${name}.${field}`, schema] as const),
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );

  it('says of every route, parameter, answer and field what it is', () => {
    const silent = [
      ...operations.filter(([, { summary }]) => !summary).map(([name]) => name),
      ...operations.flatMap(([name, { parameters = [], responses }]) =>
        [...parameters, ...Object.values(responses)].filter(({ description }) => !description).map(() => name),
      ),
      ...fields.filter(([, { description }]) => !description).map(([name]) => name),
    ];
    expect(silent).toEqual([]);
    expect(fields.length).toBeGreaterThan(50);
  });

  it('shows an example of every text and number whose form is not evident', () => {
    const isPlain = ({ type, format, ...rest }: Field) =>
      ['string', 'number', 'integer'].some((plain) => [type].flat().includes(plain)) &&
      format !== 'uuid' &&
      !SELF_EVIDENT.some((keyword) => keyword in rest);
    expect(fields.filter(([, field]) => isPlain(field)).map(([name]) => name)).toEqual([]);
  });
});
