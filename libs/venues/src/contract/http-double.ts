import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceContract } from './service-contract';

export type Reply = { status: number; body: unknown } | { status: number; text: string };
/** No answer: by silence, until the caller's time-out, by hanging up at once, or in the middle of the answer. */
export type Twisted = Reply | 'silence' | 'hang_up' | { cutOff: Reply };
type Body = Record<string, unknown>;
type Route = (body: Body, path: string) => Reply;

export interface SeenRequest {
  path: string;
  body: Body;
}

/**
 * A small HTTP server that stands in for a service in specs: routes answer by a function each, and the next call of a route can be made
 * to answer something else, or never, before or after it took effect.
 */
export class HttpDouble {
  readonly seen: SeenRequest[] = [];
  /** What requests, and answers of the routes, had that the contract does not allow. */
  readonly violations: string[] = [];
  /** While true every answer is one that can't be read. */
  garbled = false;
  private readonly twists = new Map<string, (route: () => Reply) => Twisted>();
  private server: Server | null = null;

  /** Routes by path, or by the path's beginning up to and with its last slash. */
  constructor(
    private readonly routes: Record<string, Route>,
    private readonly contract: ServiceContract | null = null,
  ) {}

  /** Starts it on a free port and gives its URL. */
  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = decodeURIComponent(request.url ?? '/');
        const reply = this.answer(request.method ?? 'GET', path, JSON.parse(Buffer.concat(chunks).toString() || '{}') as Body);
        if (reply === 'silence') return;
        if (reply === 'hang_up') return void response.destroy();
        const whole = 'cutOff' in reply ? reply.cutOff : reply;
        const text = 'text' in whole ? whole.text : JSON.stringify(whole.body);
        response.statusCode = whole.status;
        if ('body' in whole) response.setHeader('content-type', 'application/json');
        if ('cutOff' in reply) {
          response.setHeader('content-length', Buffer.byteLength(text));
          response.write(text.slice(0, text.length / 2), () => response.destroy());
        } else if (this.garbled) response.end('<!doctype html><title>Nonsense</title>');
        else response.end(text);
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The next call of `path` is answered by `twist`, which may call the route itself. */
  next(path: string, twist: (route: () => Reply) => Twisted): void {
    this.twists.set(path, twist);
  }

  bodiesOf(path: string): Body[] {
    return this.seen.filter((request) => request.path === path).map(({ body }) => body);
  }

  /** Throws when the adapter or the double itself left the contract. */
  expectKept(): void {
    if (this.violations.length > 0) throw new Error(`Not as the contract says:\n${this.violations.join('\n')}`);
  }

  private answer(method: string, path: string, body: Body): Twisted {
    this.seen.push({ path, body });
    if (this.contract) this.violations.push(...this.contract.request(method, path, body));
    const route = this.routes[path] ?? this.routes[path.slice(0, path.lastIndexOf('/') + 1)];
    const run = (): Reply => {
      const reply = route?.(body, path) ?? { status: 404, text: '<!doctype html><title>404 Not Found</title>' };
      if (this.contract && 'body' in reply) this.violations.push(...this.contract.reply(method, path, reply.status, reply.body));
      return reply;
    };
    const twist = this.twists.get(path);
    this.twists.delete(path);
    return twist ? twist(run) : run();
  }
}

export const ok = (fields: Body): Reply => ({ status: 200, body: { success: true, ...fields } });
export const failure = (status: number, error: string, fields: Body = {}): Reply => ({
  status,
  body: { success: false, error, ...fields },
});
