import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DoubleRequest {
  url: URL;
  headers: http.IncomingHttpHeaders;
  /** As it was sent; empty for a GET. */
  body: string;
}

/** What a service answers; status 0: nothing, for ever. */
export interface DoubleAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A service on loopback that answers as a test says, and keeps what it was asked. */
export class HttpDouble {
  readonly asked: DoubleRequest[] = [];
  answer: (request: DoubleRequest) => DoubleAnswer = () => ({ status: 404, body: {} });
  private readonly server = http.createServer((request, response) => {
    let sent = '';
    request.setEncoding('utf8').on('data', (part: string) => (sent += part));
    request.on('end', () => {
      const asked = { url: new URL(request.url ?? '', 'http://double'), headers: request.headers, body: sent };
      this.asked.push(asked);
      const { status, body, headers } = this.answer(asked);
      if (status === 0) return;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
