import { HttpDouble, type Reply } from './http-double';

type Body = Record<string, unknown>;

/** What a client posts to /exchange. */
export interface PostedAction {
  action: Body & { type: string };
  nonce: number;
  signature: { r: string; s: string; v: number };
  vaultAddress?: string;
  expiresAfter?: number;
}

interface WireOrder {
  a: number;
  b: boolean;
  s: string;
  t: { limit?: object; trigger?: object };
  c?: string;
}

export const refusedAction = (response: string): Reply => ({ status: 200, body: { status: 'err', response } });
export const statusesOf = (type: string, ...statuses: unknown[]): Reply => ({
  status: 200,
  body: { status: 'ok', response: { type, data: { statuses } } },
});

const COINS = ['BTC', 'kPEPE', 'FROG'];

/**
 * Hyperliquid's /info and /exchange for specs: answers of the documented shapes, each of which a test can replace. An immediate order is
 * filled whole at 60,000 with a fee of 0.045 %, whatever it is for, and a trigger order rests. No signature is checked here.
 */
export class HyperliquidNativeDouble {
  readonly http: HttpDouble;
  /** Answers by the type of the question; a reply with a status is sent as it is. */
  readonly info: Record<string, (request: Body) => unknown> = {
    metaAndAssetCtxs: () => [
      {
        universe: [
          { name: 'BTC', szDecimals: 5, maxLeverage: 40 },
          { name: 'kPEPE', szDecimals: 0, maxLeverage: 10 },
          { name: 'FROG', szDecimals: 1, maxLeverage: 3, onlyIsolated: true },
        ],
      },
      [
        { markPx: '60000.0', midPx: '60000.5', funding: '0.0000125', impactPxs: ['60000.0', '60001.0'] },
        { markPx: '0.012345', midPx: '0.012345', funding: '0.0000125', impactPxs: ['0.012344', '0.012346'] },
        { markPx: '2.5', midPx: null, funding: '0.0', impactPxs: null },
      ],
    ],
    clearinghouseState: () => ({
      marginSummary: { accountValue: '10000.0', totalNtlPos: '0.0', totalRawUsd: '10000.0', totalMarginUsed: '0.0' },
      withdrawable: '10000.0',
      assetPositions: [],
      time: 1_700_000_000_000,
    }),
    userFillsByTime: ({ startTime }) => this.fills.filter(({ time }) => time >= Number(startTime)).slice(0, 2000),
    maxBuilderFee: () => 0,
    extraAgents: () => [],
    userRole: () => ({ role: 'missing' }),
    orderStatus: () => ({ status: 'unknownOid' }),
  };
  /** Answers to the next actions, in this order; without one an action succeeds. */
  readonly answers: ((posted: PostedAction) => Reply | 'silence')[] = [];
  readonly posted: PostedAction[] = [];
  fills: ({ time: number } & Body)[] = [];
  private lastId = 1000;

  /** `now`: the venue's time, Unix ms. */
  constructor(private readonly now: () => number) {
    this.http = new HttpDouble({ '/info': (body) => this.tell(body), '/exchange': (body) => this.act(body as unknown as PostedAction) });
  }

  /** The posted actions without their envelope. */
  actions(): PostedAction['action'][] {
    return this.posted.map(({ action }) => action);
  }

  /** How often a type of question was asked. */
  asked(type: string): number {
    return this.http.bodiesOf('/info').filter((body) => body.type === type).length;
  }

  private tell(body: Body): Reply {
    const answer = this.info[String(body.type)]?.(body);
    if (answer === undefined) return { status: 422, text: 'Failed to deserialize the JSON body into the target type' };
    return typeof answer === 'object' && answer !== null && 'status' in answer && typeof answer.status === 'number'
      ? (answer as Reply)
      : { status: 200, body: answer };
  }

  private act(posted: PostedAction): Reply {
    this.posted.push(posted);
    const answer = this.answers.shift()?.(posted);
    // The test's own time-out ends a call that is never answered.
    if (answer === 'silence') return { status: 504, text: '' };
    return answer ?? this.succeed(posted);
  }

  /** What the venue answers when nothing is wrong. */
  succeed({ action }: PostedAction): Reply {
    if (action.type === 'cancelByCloid') return statusesOf('cancel', ...(action.cancels as unknown[]).map(() => 'success'));
    if (action.type !== 'order') return { status: 200, body: { status: 'ok', response: { type: 'default' } } };
    const grouped = action.grouping === 'normalTpsl';
    return statusesOf('order', ...(action.orders as WireOrder[]).map((order) => (order.t.trigger ? this.rest(grouped) : this.fill(order))));
  }

  /** Executes an order of the wire as whole as it is, and gives its status. */
  fill(order: WireOrder, size = order.s): unknown {
    const oid = ++this.lastId;
    const time = this.now();
    const fill = {
      coin: COINS[order.a],
      side: order.b ? 'B' : 'A',
      px: '60000.0',
      sz: size,
      time,
      fee: '0.27',
      oid,
      tid: oid * 7,
      cloid: order.c,
    };
    this.fills.push(fill);
    return { filled: { totalSz: size, avgPx: '60000.0', oid } };
  }

  rest(grouped: boolean): unknown {
    return grouped ? 'waitingForTrigger' : { resting: { oid: ++this.lastId } };
  }
}
