import { CLOCK, type Clock } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { buildLexicon, type Lexicon } from './lexicon';

/** How long what was read of the lists serves, ms. */
const TTL_MS = 300_000;

/** The lexicon with the markets that any venue lists or has listed; those delisted are read as well, so that the refusal can say why. */
@Injectable()
export class MarketLexicon {
  /** As it was last read. */
  latest: Lexicon = buildLexicon();
  private symbols: string | null = null;
  private readAt = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async current(): Promise<Lexicon> {
    const now = this.clock.now().getTime();
    if (now - this.readAt < TTL_MS) return this.latest;
    const rows = await this.dataSource.query<{ symbol: string }[]>('SELECT DISTINCT symbol FROM venue_markets ORDER BY symbol');
    const symbols = rows.map(({ symbol }) => symbol);
    if (symbols.join(' ') !== this.symbols) this.latest = buildLexicon(symbols);
    this.symbols = symbols.join(' ');
    this.readAt = now;
    return this.latest;
  }
}
