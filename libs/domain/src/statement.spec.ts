import fc from 'fast-check';
import { Decimal } from './decimal';
import { statementOf, type StatementFill, type StatementMark } from './statement';

const usd = (value: Decimal.Value) => new Decimal(value);
const at = (time: string) => new Date(`2026-11-${time}:00Z`);
const mark = (time: string, equityUsd: Decimal.Value, netFlowUsd: Decimal.Value = 0): StatementMark => ({
  at: at(time),
  equityUsd: usd(equityUsd),
  netFlowUsd: usd(netFlowUsd),
});
const fill = (time: string, values: Partial<StatementFill>): StatementFill => ({
  at: at(time),
  side: 'long',
  closes: false,
  entryPrice: usd(60_000),
  price: usd(60_000),
  size: usd('0.1'),
  feeUsd: usd('2.7'),
  realisedPnlUsd: null,
  ...values,
});
const text = (lines: ReturnType<typeof statementOf>) =>
  lines.map((line) =>
    [
      line.openingEquityUsd,
      line.realisedPnlUsd,
      line.feesUsd,
      line.fundingUsd,
      line.netDepositsUsd,
      line.unrealisedChangeUsd,
      line.closingEquityUsd,
    ].map((value) => value.toFixed()),
  );

describe('a statement', () => {
  // By hand. Day 1: 10,000; 0.1 BTC bought at 60,000 for 2.70; at midnight it stands at 60,500: + 50 unrealised = 10,047.30.
  // Day 2: 0.04 sold at 61,000 for 1.098: + 40; the other 0.06 at 59,000 for 1.593: - 60; nothing is open: 10,000 + 40 - 60 - 5.391.
  // Day 3: a deposit of 500; an Ostium position that paid out 30 where prices say 32.5: 2.50 of rollover; 10,474.609 + 30 - 1.
  const marks = [
    mark('01T10:00', 10_000),
    mark('02T00:00', '10047.3'),
    mark('02T15:00', '9974.609'),
    mark('03T00:00', '9974.609'),
    mark('03T09:00', '10474.609', 500),
    mark('04T00:00', '10503.609'),
  ];
  const fills = [
    fill('01T12:00', {}),
    fill('02T10:00', { closes: true, price: usd(61_000), size: usd('0.04'), feeUsd: usd('1.098') }),
    fill('02T15:00', { closes: true, price: usd(59_000), size: usd('0.06'), feeUsd: usd('1.593') }),
    fill('03T12:00', {
      side: 'short',
      closes: true,
      entryPrice: usd(2_350),
      price: usd(2_317.5),
      size: usd(1),
      feeUsd: usd(1),
      realisedPnlUsd: usd(30),
    }),
  ];
  const bounds = [at('01T10:00'), at('02T00:00'), at('03T00:00'), at('04T00:00')];

  it('has for each period what it opened with, what came and went, and what it closed with', () => {
    expect(text(statementOf(marks, fills, bounds))).toEqual([
      ['10000', '0', '2.7', '0', '0', '50', '10047.3'],
      ['10047.3', '-20', '2.691', '0', '0', '-50', '9974.609'],
      ['9974.609', '32.5', '1', '-2.5', '500', '0', '10503.609'],
    ]);
  });

  it('adds up to the same over one long period as over short ones', () => {
    const [whole] = statementOf(marks, fills, [at('01T10:00'), at('04T00:00')]);
    expect(text([whole!])).toEqual([['10000', '12.5', '6.391', '-2.5', '500', '0', '10503.609']]);
  });

  it('takes what is unrealised from the last mark where a period has none of its own', () => {
    const [line] = statementOf(marks, fills, [at('01T10:00'), at('02T09:00')]);
    expect(line!.closingEquityUsd.toFixed()).toBe('10047.3');
  });

  it('is empty without a start', () => {
    expect(statementOf([], fills, bounds)).toEqual([]);
  });

  const minute = fc.integer({ min: 0, max: 5000 });
  const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => usd(cents).div(100));
  it('always adds up, and each period opens with what the one before closed with', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ m: minute, equity: amount, flow: amount }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.record({ m: minute, closes: fc.boolean(), price: amount, fee: amount, own: fc.option(amount) }), { maxLength: 20 }),
        fc.array(minute, { minLength: 2, maxLength: 6 }),
        (someMarks, someFills, someBounds) => {
          const when = (m: number) => new Date(Date.UTC(2026, 10, 1) + m * 60_000);
          const sorted = someMarks.sort((a, b) => a.m - b.m);
          const lines = statementOf(
            sorted.map(({ m, equity, flow }) => ({ at: when(m), equityUsd: equity, netFlowUsd: flow })),
            someFills.map(({ m, closes, price, fee, own }) =>
              fill('01T00:00', { at: when(m), closes, price, feeUsd: fee, realisedPnlUsd: own }),
            ),
            someBounds.sort((a, b) => a - b).map(when),
          );
          for (const [index, line] of lines.entries()) {
            const closing = line.openingEquityUsd
              .plus(line.realisedPnlUsd)
              .minus(line.feesUsd)
              .plus(line.fundingUsd)
              .plus(line.netDepositsUsd)
              .plus(line.unrealisedChangeUsd);
            expect(closing.toFixed()).toBe(line.closingEquityUsd.toFixed());
            if (index > 0) expect(line.openingEquityUsd.toFixed()).toBe(lines[index - 1]!.closingEquityUsd.toFixed());
          }
        },
      ),
    );
  });
});
