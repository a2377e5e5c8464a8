import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = { status: number; body: unknown } | { status: number; text: string };
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
  private readonly twists = new Map<string, (route: () => Reply) => Reply | 'silence'>();
  private server: Server | null = null;

  /** Routes by path, or by the path's beginning up to and with its last slash. */
  constructor(private readonly routes: Record<string, Route>) {}

  /** Starts it on a free port and gives its URL. */
  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = decodeURIComponent(request.url ?? '/');
        const reply = this.answer(path, JSON.parse(Buffer.concat(chunks).toString() || '{}') as Body);
        if (reply === 'silence') return;
        response.statusCode = reply.status;
        response.end('text' in reply ? reply.text : JSON.stringify(reply.body));
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
  next(path: string, twist: (route: () => Reply) => Reply | 'silence'): void {
    this.twists.set(path, twist);
  }

  bodiesOf(path: string): Body[] {
    return this.seen.filter((request) => request.path === path).map(({ body }) => body);
  }

  private answer(path: string, body: Body): Reply | 'silence' {
    this.seen.push({ path, body });
    const route = this.routes[path] ?? this.routes[path.slice(0, path.lastIndexOf('/') + 1)];
    const run = (): Reply => route?.(body, path) ?? { status: 404, text: '<!doctype html><title>404 Not Found</title>' };
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
