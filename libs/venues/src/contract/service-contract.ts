import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

const segment = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

/** A service's OpenAPI document from docs/contracts, to hold requests and answers against. Each method gives what is wrong; none: nothing. */
export class ServiceContract {
  private readonly document: Json;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly name: 'hyperliquid-service' | 'ostium-service') {
    this.document = parse(readFileSync(path.join(process.cwd(), `docs/contracts/${name}.yaml`), 'utf8')) as Json;
    addFormats(this.ajv);
    this.ajv.addSchema(this.document, name);
  }

  /** Fields that the schema does not name are wrong as well: the service would ignore them without a word. */
  request(method: string, url: string, body: Json): string[] {
    const route = this.route(url);
    const operation = `#/paths/${segment(route)}/${method.toLowerCase()}`;
    const what = `${method} ${url}`;
    if (!this.at(operation)) return [`${what} is no route of ${this.name}`];
    if (!this.at(`${operation}/requestBody`)) return Object.keys(body).length > 0 ? [`${what} takes no body`] : [];
    const schema = `${this.resolve(`${operation}/requestBody`)}/content/${segment('application/json')}/schema`;
    const known = this.fieldsOf(schema);
    const unknown = Object.keys(body).filter((field) => !known.has(field));
    return [...unknown.map((field) => `${what} has no field ${field}`), ...this.problems(what, schema, body)];
  }

  reply(method: string, url: string, status: number, body: unknown): string[] {
    const what = `${method} ${url} ${status}`;
    const response = `#/paths/${segment(this.route(url))}/${method.toLowerCase()}/responses/${status}`;
    if (!this.at(response)) return [`${what} is not documented`];
    return this.problems(what, `${this.resolve(response)}/content/${segment('application/json')}/schema`, body);
  }

  private route(url: string): string {
    return url.startsWith('/price/') ? '/price/{token}' : url;
  }

  private problems(what: string, pointer: string, value: unknown): string[] {
    const validate = this.ajv.compile({ $ref: `${this.name}${pointer}` });
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${what}: ${instancePath || 'body'} ${message ?? 'is wrong'}`);
  }

  /** The pointer itself, or where its `$ref` leads. */
  private resolve(pointer: string): string {
    const reference = this.at(pointer)?.['$ref'];
    return typeof reference === 'string' ? reference : pointer;
  }

  private fieldsOf(pointer: string): Set<string> {
    const own = this.resolve(pointer);
    const schema = this.at(own) ?? {};
    const fields = new Set(Object.keys(schema['properties'] ?? {}));
    for (const combined of ['oneOf', 'anyOf', 'allOf']) {
      const parts = (schema[combined] ?? []) as unknown[];
      parts.forEach((_, at) => this.fieldsOf(`${own}/${combined}/${at}`).forEach((field) => fields.add(field)));
    }
    return fields;
  }

  private at(pointer: string): Json | undefined {
    let found: unknown = this.document;
    for (const part of pointer.split('/').slice(1)) {
      const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      found = typeof found === 'object' && found !== null ? (found as Json)[name] : undefined;
    }
    return found as Json | undefined;
  }
}
