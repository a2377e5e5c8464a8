import { Decimal, MAX_EXIT_DISTANCE, ZERO, type VenueMarket, type Venue } from '@maxxit/domain';
import { decimalText } from '@maxxit/platform';
import type { VenueFeesDto, WorstCaseDto } from './preview.dto';

/** What trading `notionalUsd` once costs at a venue, over all markets that it lists. Null when it lists none. */
export function feesAt(venue: Venue, markets: readonly VenueMarket[], notionalUsd: Decimal): VenueFeesDto | null {
  if (markets.length === 0) return null;
  const takerFees = markets.map(({ takerFee }) => takerFee);
  const fixed = markets.map(({ gasUsd, oracleFeeUsd }) => gasUsd.plus(oracleFeeUsd));
  const roundTrips = markets.map(({ takerFee, feeOnClose, gasUsd, oracleFeeUsd }) =>
    notionalUsd
      .times(takerFee)
      .times(feeOnClose ? 2 : 1)
      .plus(gasUsd)
      .plus(oracleFeeUsd),
  );
  return {
    venue,
    lowestTakerFee: decimalText(Decimal.min(...takerFees)),
    highestTakerFee: decimalText(Decimal.max(...takerFees)),
    fixedFeeUsd: decimalText(Decimal.max(...fixed)),
    roundTripUsd: decimalText(Decimal.max(...roundTrips)),
  };
}

/**
 * The most that a mandate lets somebody lose, USD. Stops are at most MAX_EXIT_DISTANCE from the entry (a call's own may be that wide), and the
 * limits on losses only keep new positions from being opened: what is open then may still be stopped. `equityUsd` null: not known.
 */
export function worstCase(
  limits: { maxNotionalUsd: Decimal; maxDailyLossUsd: Decimal; maxDrawdown: Decimal },
  fees: readonly VenueFeesDto[],
  equityUsd: Decimal | null,
): WorstCaseDto {
  const roundTripUsd = fees.reduce((most, fee) => Decimal.max(most, fee.roundTripUsd), ZERO);
  const lossAtStops = limits.maxNotionalUsd.times(MAX_EXIT_DISTANCE).plus(roundTripUsd);
  const untilStopped = equityUsd && Decimal.min(equityUsd, equityUsd.times(limits.maxDrawdown).plus(lossAtStops));
  return {
    lossAtStopsUsd: decimalText(lossAtStops),
    worstDayUsd: decimalText(limits.maxDailyLossUsd.plus(lossAtStops)),
    untilStoppedUsd: decimalText(untilStopped),
    everythingUsd: decimalText(equityUsd),
  };
}
