import http from 'node:http';
import net from 'node:net';
import type { Writing } from './find-secrets';

/** The fields of requests and answers that are secrets, or prove that somebody agreed to something. */
const SECRET_FIELDS = new Set(['signature', 'refreshToken', 'accessToken', 'key', 'secret']);

/** A fetch that remembers the credentials and signatures that went either way, and what was answered. */
export class RecordingFetch {
  private readonly seen = new Map<string, string>();
  private readonly answered: Writing[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    const place = `${request.method} ${new URL(request.url).pathname}`;
    this.keep(`the token sent with ${place}`, request.headers.get('authorization')?.replace(/^Bearer /, ''));
    this.keep(`the API key sent with ${place}`, request.headers.get('x-api-key'));
    this.look(`sent with ${place}`, await request.clone().text());
    const response = await fetch(request);
    // A stream does not end.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
    const body = await response.clone().text();
    const handedOut = this.look(`answered to ${place}`, body);
    const headers = JSON.stringify([...response.headers]);
    this.answered.push({
      place: `the answer to ${place}`,
      text: handedOut.reduce((text, secret) => text.replace(secret, ''), headers + body),
    });
    return response;
  };

  /** Every answer, headers and body, without what it was there to hand out: a new token or key in its own field, once. */
  get answers(): readonly Writing[] {
    return this.answered;
  }

  /** Each once, with where it was seen first. */
  get secrets(): [string, string][] {
    return [...this.seen].map(([secret, name]) => [name, secret]);
  }

  /** The secrets of a body that nobody has seen before. */
  private look(where: string, body: string): string[] {
    if (!body.startsWith('{')) return [];
    const found: [name: string, secret: string][] = [];
    JSON.parse(body, (field, value: unknown) => {
      if (SECRET_FIELDS.has(field) && typeof value === 'string') found.push([`the ${field} ${where}`, value]);
      if (field === 'accessTokens')
        for (const token of Object.values(value as Record<string, string>)) found.push([`an access token ${where}`, token]);
      return value;
    });
    return found.filter(([name, secret]) => this.keep(name, secret)).map(([, secret]) => secret);
  }

  /** Whether it was not known. */
  private keep(name: string, secret: string | null | undefined): boolean {
    if (!secret || this.seen.has(secret)) return false;
    this.seen.set(secret, name);
    // A token whose signature alone was written is as good as one in the clear.
    const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(secret)?.[1];
    if (signature) this.seen.set(signature, `the signature of ${name}`);
    return true;
  }
}

/** Passes requests and WebSockets on to the simulator, and remembers what was sent. */
export class RecordingProxy {
  /** Method, path, headers and body of each request. */
  readonly requests: string[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly server: http.Server;

  /** @param target asked with each request: where to pass it on to */
  private constructor(private readonly target: () => string) {
    this.server = http.createServer((request, response) => this.pass(request, response));
    this.server.on('connection', (socket) => this.sockets.add(socket));
    this.server.on('upgrade', (request, socket, head) => this.tunnel(request, socket as net.Socket, head));
  }

  static async start(target: () => string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      this.requests.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body.toString('utf8')}`);
      const { hostname, port } = new URL(this.target());
      const onward = http.request({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  }

  private tunnel(request: http.IncomingMessage, socket: net.Socket, head: Buffer): void {
    const { hostname, port } = new URL(this.target());
    const onward = net.connect(Number(port), hostname, () => {
      const headers = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      onward.write(head);
      socket.on('data', (chunk: Buffer) => this.requests.push(`WS ${chunk.toString('latin1')}`));
      socket.pipe(onward).pipe(socket);
    });
    this.sockets.add(onward);
    for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((other) => other.destroy()));
  }
}
