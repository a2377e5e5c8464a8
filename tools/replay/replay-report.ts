import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ReplayedTrade, ReplayResult } from './replay-result';

const FIGURES: readonly [name: string, label: string, isFraction: boolean][] = [
  ['totalReturn', 'Total return', true],
  ['aprSinceInception', 'APR since inception', true],
  ['apr30d', 'APR, 30 days', true],
  ['sharpeSinceInception', 'Sharpe ratio since inception', false],
  ['sharpe30d', 'Sharpe ratio, 30 days', false],
  ['sharpeStandardError', 'Standard error of the daily Sharpe ratio', false],
  ['maxDrawdown', 'Deepest drawdown', true],
  ['winRate', 'Win rate', true],
  ['profitFactor', 'Profit factor', false],
  ['expectancyUsd', 'Expectancy of a trade, USD', false],
];

/** The whole of a replay as one HTML page that needs nothing else: charts, figures, trades and what became of each post. */
export function replayReport(result: ReplayResult): string {
  const { summary, metrics } = result;
  const reasons = (metrics.reasons ?? {}) as Record<string, string>;
  const facts = [
    ['Period', `${time(result.from)} to ${time(result.to)} UTC, ${result.candles} candles`],
    ['Equity', `${summary.startEquityUsd} → ${summary.endEquityUsd} USD`],
    [
      'Posts',
      `${summary.posts}, of which ${summary.postsOutside} outside of the period and ${summary.postsNotFollowed} by others than whom it follows`,
    ],
    ['Signals', String(summary.signals)],
    ['Trades', `${summary.trades}, of which ${summary.stillOpen} still open`],
    ['Realised PnL', `${summary.realisedPnlUsd} USD net, after ${summary.feesUsd} USD of fees`],
    ['Gaps between books and venue', String(summary.gaps)],
  ];
  const figures = FIGURES.map(([name, label, isFraction]) => {
    const value = metrics[name];
    const shown =
      typeof value === 'string'
        ? isFraction
          ? `${(Number(value) * 100).toFixed(2)} %`
          : Number(value).toFixed(3)
        : `none: ${reasons[name] ?? ''}`;
    return [label, shown];
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Replay of ${text(result.agent)}</title>
<style>
${libraryFile('uPlot.min.css')}
${STYLE}
</style>
</head>
<body>
<h1>Replay of ${text(result.agent)}</h1>
<p class="note">Recorded posts and candles, run through the code that trades. A post is decided and executed at the end of the candle in which it was published; within a candle a stop comes before a target. Past results say little about future ones.</p>
<section class="facts">${pairs(facts)}${pairs(figures)}</section>
<h2>Equity</h2>
<div class="chart" id="equity"></div>
<h2>Drawdown</h2>
<div class="chart" id="drawdown"></div>
<div id="prices"></div>
<h2>Trades</h2>
${table(
  ['Opened', 'Closed', 'Symbol', 'Side', 'Size', 'Leverage', 'Entry', 'Exit', 'Exit by', 'PnL, USD', 'Fees, USD', 'Post'],
  result.trades.map((trade) => [
    time(trade.openedAt),
    trade.closedAt ? time(trade.closedAt) : 'open',
    trade.symbol,
    trade.side,
    trade.size,
    trade.leverage,
    trade.entryPrice,
    trade.exitPrice ?? '',
    trade.exitReason ?? '',
    trade.realisedPnlUsd,
    trade.feesUsd,
    trade.postId,
  ]),
)}
<h2>Posts</h2>
${table(
  ['Published', 'By', 'Text', 'What became of it'],
  result.decisions.map(({ publishedAt, username, text: said, calls, refused }) => [
    time(publishedAt),
    `@${username}`,
    said,
    [...calls.map(({ symbol, code, why }) => `${symbol} ${code}: ${why}`), ...refused.map(({ code, why }) => `${code}: ${why}`)].join('; '),
  ]),
)}
<h2>Orders</h2>
${table(
  ['Time', 'Purpose', 'Symbol', 'Side', 'State', 'Why', 'Size', 'Price', 'Fee, USD'],
  result.orders.map((order) => [
    time(order.at),
    order.purpose,
    order.symbol,
    order.side,
    order.state,
    order.exitReason ?? [order.code, order.reason].filter(Boolean).join(': '),
    order.size ?? '',
    order.price ?? '',
    order.feeUsd ?? '',
  ]),
)}
<script>
${libraryFile('uPlot.iife.min.js')}
</script>
<script>
const DATA = ${script(chartData(result))};
${CHARTS}
</script>
</body>
</html>
`;
}

/** What the charts draw: times in Unix seconds, amounts as numbers for the screen. */
function chartData({ samples, trades }: ReplayResult) {
  const seconds = (at: string) => Date.parse(at) / 1000;
  const equity = samples.map(({ equityUsd }) => Number(equityUsd));
  let highest = -Infinity;
  const drawdown = equity.map((value) => {
    highest = Math.max(highest, value);
    return Number((((value - highest) / highest) * 100).toFixed(4));
  });
  const symbols = [...new Set(samples.flatMap(({ prices }) => Object.keys(prices)))].sort();
  const marks = (symbol: string, at: (trade: ReplayedTrade) => string | null, price: (trade: ReplayedTrade) => string | null) =>
    trades.flatMap((trade) => {
      const [when, what] = [at(trade), price(trade)];
      return trade.symbol === symbol && when && what ? [{ at: seconds(when), price: Number(what), side: trade.side }] : [];
    });
  return {
    times: samples.map(({ at }) => seconds(at)),
    equity,
    drawdown,
    prices: symbols.map((symbol) => ({
      symbol,
      closes: samples.map(({ prices }) => (prices[symbol] === undefined ? null : Number(prices[symbol]))),
      entries: marks(
        symbol,
        ({ openedAt }) => openedAt,
        ({ entryPrice }) => entryPrice,
      ),
      exits: marks(
        symbol,
        ({ closedAt }) => closedAt,
        ({ exitPrice }) => exitPrice,
      ),
    })),
  };
}

const STYLE = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; color: #1c2330; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.note { color: #556; max-width: 75ch; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 0 2rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; margin: 0; } dt { color: #556; } dd { margin: 0; font-variant-numeric: tabular-nums; }
.scroll { max-height: 30rem; overflow: auto; border: 1px solid #d7dce5; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: #eef1f6; text-align: left; } th, td { padding: .25rem .5rem; border-bottom: 1px solid #e6e9ef; vertical-align: top; }
.chart { width: 100%; }`;

const CHARTS = `const day = 86400;
function chart(target, title, values, colour, fill, extra) {
  const node = typeof target === 'string' ? document.getElementById(target) : target;
  const plot = new uPlot({
    width: node.clientWidth, height: 280, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), 'Etc/UTC'),
    series: [{}, { label: title, stroke: colour, fill, width: 1.5, spanGaps: true }],
    axes: [{}, { size: 70 }],
    hooks: extra ? { draw: [extra] } : {},
  }, [DATA.times, values], node);
  addEventListener('resize', () => plot.setSize({ width: node.clientWidth, height: 280 }));
}
function triangles(marks, isEntry) {
  return (u) => {
    const { ctx } = u;
    ctx.save();
    for (const mark of marks) {
      const x = u.valToPos(mark.at, 'x', true), y = u.valToPos(mark.price, 'y', true);
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
      const buys = (mark.side === 'long') === isEntry, size = 6 * devicePixelRatio, turn = buys ? 1 : -1;
      ctx.beginPath();
      ctx.moveTo(x, y); ctx.lineTo(x - size, y + 1.6 * size * turn); ctx.lineTo(x + size, y + 1.6 * size * turn); ctx.closePath();
      ctx.fillStyle = ctx.strokeStyle = buys ? '#0a7d4b' : '#b3261e';
      if (isEntry) ctx.fill(); else ctx.stroke();
    }
    ctx.restore();
  };
}
chart('equity', 'Equity, USD', DATA.equity, '#1f4fd8', 'rgba(31,79,216,.08)');
chart('drawdown', 'Drawdown, %', DATA.drawdown, '#b3261e', 'rgba(179,38,30,.12)');
for (const { symbol, closes, entries, exits } of DATA.prices) {
  const heading = document.createElement('h2');
  heading.textContent = symbol + ': close, entries (filled) and exits (outlined); a buy points up, a sell down';
  const node = document.createElement('div');
  node.className = 'chart';
  document.getElementById('prices').append(heading, node);
  const entry = triangles(entries, true), exit = triangles(exits, false);
  chart(node, symbol + ', USD', closes, '#8a93a6', undefined, (u) => { entry(u); exit(u); });
}`;

function pairs(rows: readonly (readonly [string, string] | string[])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${text(name ?? '')}</dt><dd>${text(value ?? '')}</dd>`).join('')}</dl>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) => `<tr>${row.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>`;
}

function time(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** What somebody wrote in a post is text here, whatever it looks like. */
function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function script(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function libraryFile(name: string): string {
  const folder = path.dirname(createRequire(path.join(process.cwd(), 'package.json')).resolve('uplot'));
  return fs.readFileSync(path.join(folder, name), 'utf8').replaceAll('</script', '<\\/script');
}
