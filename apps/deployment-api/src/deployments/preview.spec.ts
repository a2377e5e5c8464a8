import { Decimal, type VenueMarket } from '@maxxit/domain';
import { feesAt, worstCase } from './preview';

const usd = (value: Decimal.Value) => new Decimal(value);
const market = (values: Partial<VenueMarket>) => ({ gasUsd: usd(0), oracleFeeUsd: usd(0), feeOnClose: true, ...values }) as VenueMarket;

describe('what a mandate may cost', () => {
  // By hand: 5000 x 0.00045 x 2 = 4.5; 5000 x 0.001 + 0.1 + 0.4 = 5.5, since the other market takes nothing on closing.
  it('has the fees of the dearest market', () => {
    const markets = [
      market({ takerFee: usd('0.00045') }),
      market({ takerFee: usd('0.001'), feeOnClose: false, gasUsd: usd('0.1'), oracleFeeUsd: usd('0.4') }),
    ];
    expect(feesAt('ostium', markets, usd(5000))).toEqual({
      venue: 'ostium',
      lowestTakerFee: '0.00045',
      highestTakerFee: '0.001',
      fixedFeeUsd: '0.5',
      roundTripUsd: '5.5',
    });
    expect(feesAt('ostium', [], usd(5000))).toBeNull();
  });

  const limits = { maxNotionalUsd: usd(5000), maxDailyLossUsd: usd(250), maxDrawdown: usd('0.25') };
  const fees = [{ venue: 'ostium' as const, lowestTakerFee: '0', highestTakerFee: '0', fixedFeeUsd: '0', roundTripUsd: '5.5' }];

  // By hand: 5000 x 0.25 + 5.5 = 1255.5; + 250 a day; 10000 x 0.25 + 1255.5 until the drawdown stops it.
  it('is all stops at once, over a day, until the drawdown stops it, and everything', () => {
    expect(worstCase(limits, fees, usd(10_000))).toEqual({
      lossAtStopsUsd: '1255.5',
      worstDayUsd: '1505.5',
      untilStoppedUsd: '3755.5',
      everythingUsd: '10000',
    });
  });

  it('is never more than the accounts hold, and says so when nobody knows what they hold', () => {
    expect(worstCase(limits, fees, usd(1000)).untilStoppedUsd).toBe('1000');
    expect(worstCase(limits, [], null)).toMatchObject({ lossAtStopsUsd: '1250', untilStoppedUsd: null, everythingUsd: null });
  });
});
