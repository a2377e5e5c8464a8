import type { Decimal } from '@maxxit/domain';
import type { TradeTrail } from '@maxxit/trading';
import { candidateLines } from './route';

/** A trade's trail as text for a person: a heading per step, a line per fact, in the order in which things happened. */
export function formatTrail(trail: TradeTrail): string {
  return [
    ...evidence(trail),
    ...signal(trail),
    ...order(trail),
    ...route(trail),
    ...execution(trail),
    ...protections(trail),
    ...outcome(trail),
    ...metrics(trail),
  ].join('\n');
}

function evidence({ evidence: pieces }: TradeTrail): string[] {
  return pieces.flatMap(({ source, classification, post, report }) => {
    const origin = post
      ? [`post        @${post.xAccount?.username ?? '?'} ${post.sourceId}, published ${time(post.publishedAt)}`, quote(post.text)]
      : report
        ? [`report      ${report.institute?.name ?? '?'}: ${report.title}, published ${time(report.publishedAt)}`, quote(report.text)]
        : [`request     ${source.sourceKind} ${source.sourceId}`];
    const calls = (classification?.calls ?? []).map(
      (call) =>
        `            ${call.side} ${call.symbol}, entry ${call.entry ?? 'market'}, stop ${call.stopLoss ?? '-'}, targets ` +
        `${call.takeProfits.join(' / ') || '-'}, leverage ${call.leverage ?? '-'}, confidence ${call.confidence}`,
    );
    const refused = (classification?.refused ?? []).map(({ code, why }) => `            refused ${code}: ${why}`);
    return [...origin, ...(classification ? [`calls       read by ${classification.model}`, ...calls, ...refused] : []), ''];
  });
}

function signal({ signal: s }: TradeTrail): string[] {
  const inputs = s.scoreInputs.map(({ input, value, x, weight }) => `            ${input} ${value} -> ${x.toFixed(3)} (weight ${weight})`);
  return [
    `signal      ${s.id}`,
    `            ${s.side} ${s.symbol}, made ${time(s.createdAt)}, expires ${time(s.expiresAt)}, ${s.state}`,
    `            reference price ${price(s.referencePrice)} (${s.referenceVenue}), stop ${percent(s.stopFraction)}, target ${percent(s.targetFraction)}, leverage ${s.leverage.toFixed()}`,
    `            score ${s.score?.toFixed(4) ?? 'none'}, confidence ${s.confidence.toFixed(2)}`,
    ...inputs,
    `            ${s.explanation}`,
    '',
  ];
}

const SIZING_ORDER = [
  'equityUsd',
  'riskFraction',
  'multiplier',
  'riskUsd',
  'stopDistance',
  'roundTripFees',
  'slippage',
  'wantedNotionalUsd',
  'leverageRoomUsd',
  'mandateRoomUsd',
  'depthRoomUsd',
  'markPrice',
  'leverage',
  'size',
  'notionalUsd',
];

function order({ order: o, otherAttempts }: TradeTrail): string[] {
  const checks = (o.checks ?? []).map(
    ({ code, passed, numbers }) =>
      `            ${passed ? 'passed' : 'FAILED'} ${code.padEnd(22)} ${Object.entries(numbers)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
  );
  // The database sorts the names; told in the order of the arithmetic.
  const sizing = SIZING_ORDER.filter((name) => o.sizing?.[name]).map((name) => `            ${name.padEnd(22)} ${o.sizing?.[name] ?? ''}`);
  return [
    `order       ${o.id}, ${o.clientOrderId}`,
    `            ${o.state}${o.code ? ` ${o.code}: ${o.reason ?? ''}` : ''}`,
    ...otherAttempts.map(
      (other) => `attempt ${other.leg + 1}   ${other.id}, ${other.state}${other.code ? ` ${other.code}: ${other.reason ?? ''}` : ''}`,
    ),
    ...(checks.length > 0 ? ['checks', ...checks] : []),
    ...(sizing.length > 0 ? ['size', ...sizing] : []),
  ];
}

function route({ route: decision }: TradeTrail): string[] {
  // What the deployment's own limits refused was never routed.
  if (!decision || decision.candidates.length === 0) return [''];
  return [`route       ${decision.venue ?? 'none'}`, ...decision.candidates.flatMap(candidateLines), ''];
}

function execution({ order: opening, exits, fills }: TradeTrail): string[] {
  return [opening, ...exits].flatMap((o) => [
    `${o.purpose === 'open' ? 'order' : 'exit'}${o.purpose === 'open' ? '       ' : '        '}${o.purpose} ${o.side} ${o.size?.toFixed() ?? '?'} ${o.symbol} at ${o.venue ?? '?'}: ${o.state}` +
      `${o.exitReason ? `, because of ${o.exitReason}` : ''}${o.code ? `, ${o.code}` : ''}`,
    ...fills
      .filter(({ orderId }) => orderId === o.id)
      .map(
        (fill) =>
          `fill        ${fill.side} ${fill.size.toFixed()} at ${price(fill.price)}, fee ${usd(fill.feeUsd)}, ${time(fill.filledAt)}, venue order ${fill.venueOrderId}`,
      ),
  ]);
}

function protections({ protections: resting }: TradeTrail): string[] {
  return resting.map(
    ({ order: o, outcome: ended }) =>
      `${o.kind === 'stop' ? 'stop        ' : 'take profit '}${price(o.triggerPrice)} for ${o.size.toFixed()} at the venue (${o.exitReason}), ` +
      `${time(o.createdAt)}: ${ended}${o.endedAt ? ` ${time(o.endedAt)}` : ''}`,
  );
}

function outcome({ position: p, equity, fills }: TradeTrail): string[] {
  if (!p) return [''];
  const external = fills.filter(({ orderId }) => orderId === null);
  return [
    ...external.map((fill) => `fill        ${fill.side} ${fill.size.toFixed()} at ${price(fill.price)} without an order of ours`),
    '',
    `position    ${p.id}, ${p.state}${p.exitReason ? ` by ${p.exitReason}` : ''}`,
    `            entry ${price(p.entryPrice)}, stop ${price(p.stopPrice)}, targets ${[price(p.targetPrice), ...p.laterTargetPrices].join(' ')} (${p.targetsTaken} taken), best ${price(p.bestPrice)}, exit ${price(p.exitPrice)}`,
    `PnL         ${usd(p.realisedPnlUsd)} net, fees ${usd(p.feesUsd)}`,
    ...(equity ? [`equity      ${usd(equity.equityUsd)} at ${time(equity.markedAt)}`] : []),
    '',
  ];
}

function metrics({ metrics: m }: TradeTrail): string[] {
  if (!m) return ['metrics     not computed yet'];
  const figures: [string, Decimal | null, (value: Decimal) => string][] = [
    ['totalReturn', m.totalReturn, percent],
    ['apr30d', m.apr30d, percent],
    ['apr90d', m.apr90d, percent],
    ['aprSinceInception', m.aprSinceInception, percent],
    ['sharpe30d', m.sharpe30d, (value) => value.toFixed(2)],
    ['sharpe90d', m.sharpe90d, (value) => value.toFixed(2)],
    ['sharpeSinceInception', m.sharpeSinceInception, (value) => value.toFixed(2)],
    ['maxDrawdown', m.maxDrawdown, percent],
    ['winRate', m.winRate, percent],
    ['profitFactor', m.profitFactor, (value) => value.toFixed(2)],
    ['expectancyUsd', m.expectancyUsd, usd],
    ['averageHoldSeconds', m.averageHoldSeconds, (value) => `${value.toFixed(0)} s`],
  ];
  return [
    `metrics     computed ${time(m.computedAt)} over ${m.closedPositions} closed position${m.closedPositions === 1 ? '' : 's'}`,
    ...figures.map(([name, value, format]) => `            ${name.padEnd(22)} ${value ? format(value) : `null: ${m.reasons[name] ?? ''}`}`),
  ];
}

const time = (at: Date) => at.toISOString();
const price = (value: Decimal | null) => (value ? value.toSignificantDigits(8).toFixed() : '-');
const usd = (value: Decimal) => `${value.toFixed(2)} USD`;
const percent = (value: Decimal) => `${value.times(100).toFixed(2)} %`;
const quote = (text: string) => `            "${text.trim().replace(/\s+/g, ' ').slice(0, 300)}"`;
