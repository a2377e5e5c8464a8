import { MarketSyncEntity, VenueMarketEntity } from '@maxxit/database';
import type { Venue } from '@maxxit/domain';
import type { DataSource } from 'typeorm';

/** The lines that `maxxit markets` prints: for each venue when its list was read, then its markets, those that it lists no more last. */
export async function marketLines({ manager }: DataSource, venue?: Venue): Promise<string[]> {
  const where = venue ? { venue } : {};
  const syncs = await manager.find(MarketSyncEntity, { where, order: { venue: 'ASC' } });
  if (syncs.length === 0) return ['no list has been read yet; position-monitor-worker reads them'];
  const markets = await manager.find(VenueMarketEntity, {
    where,
    order: { delistedAt: { direction: 'ASC', nulls: 'FIRST' }, symbol: 'ASC' },
  });
  return syncs.flatMap((sync) => {
    const own = markets.filter((market) => market.venue === sync.venue);
    const listed = own.filter(({ delistedAt }) => delistedAt === null).length;
    const read = sync.syncedAt ? `read ${sync.syncedAt.toISOString()}` : 'never read';
    return [
      `${sync.venue}: ${listed} markets, ${own.length - listed} delisted, ${read}${sync.problem === null ? '' : `; the last attempt failed: ${sync.problem}`}`,
      ...own.map(
        ({ symbol, venueSymbol, maxLeverage, takerFee, minNotionalUsd, listedAt, delistedAt }) =>
          `  ${symbol.padEnd(12)} ${venueSymbol.padEnd(12)} up to ${maxLeverage.toFixed()}x, fee ${takerFee.times(10_000).toFixed()} bps, ` +
          `from ${minNotionalUsd.toFixed()} USD, since ${listedAt.toISOString()}${delistedAt ? `, DELISTED ${delistedAt.toISOString()}` : ''}`,
      ),
    ];
  });
}
