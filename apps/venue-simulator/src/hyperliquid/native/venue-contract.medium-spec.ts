import { CLOCK, Decimal, KEY_VAULT, NONCE_SOURCE, systemClock, type KeyVault, type NonceSource } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { describeVenueContract, VenueRegistry, VenuesModule, type ContractFault, type VenueWorld } from '@maxxit/venues';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import net from 'node:net';
import { privateKeyToAddress } from 'viem/accounts';
import type { FaultKind } from '../../control/faults';
import { Simulator } from '../../simulator';
import { VenueSimulatorModule } from '../../venue-simulator.module';

const PRIVATE_KEY = `0x${'4c0883a69102937d'.repeat(4)}` as const;
const AGENT = privateKeyToAddress(PRIVATE_KEY).toLowerCase();
const OTHER_AGENT = `0x${'22'.repeat(20)}`;
const MASTER = `0x${'ab'.repeat(20)}`;
/** Its ticks are small enough for a spread at 100 USD. */
const SYMBOL = 'SOL';
/** No measure of speed: what is lost here is hung up on. */
const TIMEOUT_MS = 20_000;
const FAULTS: Partial<Record<ContractFault, { kind: FaultKind; message?: string }>> = {
  answer_lost: { kind: 'timeout_after_effect' },
  request_lost: { kind: 'timeout_before_effect' },
  unreadable: { kind: 'error_500_before_effect' },
  no_margin: { kind: 'venue_error', message: 'Insufficient margin to place order. asset=0' },
};

const vault: KeyVault = {
  seal: () => {
    throw new Error('not needed here');
  },
  use: (_keyId, work) => work(PRIVATE_KEY),
};
let lastNonce = 0;
const nonces: NonceSource = { next: () => Promise.resolve((lastNonce = Math.max(lastNonce + 1, Date.now()))) };

@Global()
@Module({
  providers: [
    { provide: CLOCK, useValue: systemClock },
    { provide: KEY_VAULT, useValue: vault },
    { provide: NONCE_SOURCE, useValue: nonces },
  ],
  exports: [CLOCK, KEY_VAULT, NONCE_SOURCE],
})
class FrameModule {}

let app: NestFastifyApplication;
let garbled = false;

beforeAll(async () => {
  // Prices stand still unless they are set, so that few steps of them will do.
  const settings = { LOG_LEVEL: 'silent', VOLATILITY: '0', PRICE_STEP_MS: '600000' };
  app = await createApiApp(VenueSimulatorModule, loadConfig(VenueSimulatorModule.settings, settings));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, _reply, payload, done) => done(null, garbled ? '<!doctype html>' : payload));
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

/** The adapter that VenuesModule makes for production settings, on the other end of connections that can be cut. */
async function makeWorld(): Promise<VenueWorld> {
  garbled = false;
  const simulator = app.get(Simulator);
  simulator.reset(1);
  simulator.settle();
  simulator.setPrice(SYMBOL, new Decimal(100));
  simulator.hyperliquid.deposit(MASTER, new Decimal(20_000));
  simulator.hyperliquid.approveAgent(MASTER, AGENT, { name: 'maxxit' });
  const line = await Line.to(Number(new URL(await app.getUrl()).port));
  const module = await Test.createTestingModule({
    imports: [
      FrameModule,
      VenuesModule.forRoot({
        venues: ['hyperliquid'],
        hyperliquidNative: { network: 'testnet', apiUrl: line.url, timeoutMs: TIMEOUT_MS, priceMaxAgeMs: 10_000 },
      }),
    ],
  }).compile();
  const adapter = module.get(VenueRegistry).get('hyperliquid');
  const revoke = () => simulator.hyperliquid.approveAgent(MASTER, OTHER_AGENT, { name: 'maxxit' });
  return {
    adapter,
    account: { address: MASTER, keyId: 'key-1' },
    delegate: AGENT,
    secrets: [PRIVATE_KEY.slice(2)],
    symbol: SYMBOL,
    limitsSlippage: true,
    setPrice: (price) => {
      simulator.settle();
      simulator.setPrice(SYMBOL, price);
    },
    failNext: (fault) => {
      const { kind, message = null } = FAULTS[fault] ?? {};
      if (kind) simulator.faults.add({ route: 'POST /exchange order', kind, times: 1, latencyMs: 0, fraction: null, message });
      else revoke();
    },
    deposit: (usd) => {
      simulator.settle();
      simulator.hyperliquid.deposit(MASTER, usd);
    },
    // Perpetuals trade around the clock.
    closeMarket: null,
    approval: {
      revoke,
      expire: (at) => simulator.hyperliquid.approveAgent(MASTER, AGENT, { name: 'maxxit', validForMs: at.getTime() - simulator.now() }),
    },
    garble: () => void (garbled = true),
    disconnect: async () => {
      await line.cut();
      // Kept connections notice that they are cut when they are next used: used up here, so that the next call has none.
      while (!(await isRefused(line.url)));
    },
    executedOrders: () => new Set(simulator.journal.fills.map(({ orderId }) => orderId)).size,
    dispose: async () => {
      adapter.disconnect?.();
      await line.cut();
      await module.close();
    },
  };
}

async function isRefused(url: string): Promise<boolean> {
  // No instanceof: what fetch throws is of another realm than the test.
  const error = await fetch(url).then(
    () => null,
    (thrown: unknown) => thrown as { cause?: { code?: string } },
  );
  return error?.cause?.code === 'ECONNREFUSED';
}

/** A TCP line to a port on loopback. */
class Line {
  private readonly ends = new Set<net.Socket>();
  private constructor(
    private readonly server: net.Server,
    readonly url: string,
  ) {}

  static async to(port: number): Promise<Line> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line = new Line(server, `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    server.on('connection', (near) => {
      const far = net.connect(port, '127.0.0.1');
      for (const end of [near, far]) {
        line.ends.add(end);
        end.on('error', () => end.destroy());
        end.once('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    return line;
  }

  /** Breaks all connections, and takes no more. */
  async cut(): Promise<void> {
    for (const end of this.ends) end.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}

describeVenueContract('the native Hyperliquid adapter against the simulator', makeWorld);
