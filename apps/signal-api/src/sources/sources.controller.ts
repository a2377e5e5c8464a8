import type { Decimal } from '@maxxit/domain';
import { Access, ApiDecimal, decimalText } from '@maxxit/platform';
import { SourceImpacts, type SourceImpact } from '@maxxit/signals';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { HitRateDto } from '../signals/generate-signal.dto';

const MEAN = 'over its calls so far, fraction seen from the side of the call; null until one is that old';

class SourceImpactDto {
  @ApiProperty({ enum: ['account', 'institute'], description: 'An X account, or a research institute' })
  kind!: 'account' | 'institute';

  @ApiProperty({ format: 'uuid', description: 'Id of the account or institute' })
  sourceId!: string;

  @ApiProperty({ example: 'some_analyst' })
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Calls that could be measured; one repeated within 6 hours counts once', example: 19 })
  calls!: number;

  @ApiProperty({
    type: () => HitRateDto,
    description: 'By the stop (6 %) and target (12 %) of the moderate preset within 7 days, the stop first',
  })
  hitRate!: HitRateDto;

  @ApiDecimal({ nullable: true, description: `Mean gain after 1 hour ${MEAN}`, example: '0.004' })
  gain1h!: string | null;

  @ApiDecimal({ nullable: true, description: `Mean gain after 24 hours ${MEAN}`, example: '0.012' })
  gain24h!: string | null;

  @ApiDecimal({ nullable: true, description: `Mean gain after 7 days ${MEAN}`, example: '0.031' })
  gain7d!: string | null;

  @ApiDecimal({ nullable: true, description: 'gain1h less what the same side in BTC gained', example: '0.001' })
  excess1h!: string | null;

  @ApiDecimal({ nullable: true, description: 'gain24h less what the same side in BTC gained', example: '0.002' })
  excess24h!: string | null;

  @ApiDecimal({ nullable: true, description: 'gain7d less what the same side in BTC gained', example: '0.008' })
  excess7d!: string | null;

  @ApiDecimal({
    nullable: true,
    description: 'Mean of the furthest that prices went for the call within 7 days, fraction',
    example: '0.08',
  })
  bestExcursion!: string | null;

  @ApiDecimal({ nullable: true, description: 'Mean of the furthest that they went against it, fraction; negative', example: '-0.03' })
  worstExcursion!: string | null;

  static of({ kind, sourceId, name, calls, hitRate, ...means }: SourceImpact): SourceImpactDto {
    const text = (value: Decimal | null) => decimalText(value);
    return {
      kind,
      sourceId,
      name,
      calls,
      hitRate: HitRateDto.of(hitRate),
      gain1h: text(means.gain1h),
      gain24h: text(means.gain24h),
      gain7d: text(means.gain7d),
      excess1h: text(means.excess1h),
      excess24h: text(means.excess24h),
      excess7d: text(means.excess7d),
      bestExcursion: text(means.bestExcursion),
      worstExcursion: text(means.worstExcursion),
    };
  }
}

class SourceImpactsDto {
  @ApiProperty({ type: [SourceImpactDto], description: 'By the lower end of the hit rate, best first' })
  items!: SourceImpactDto[];
}

@ApiTags('sources')
@Controller('api/sources')
export class SourcesController {
  constructor(private readonly impacts: SourceImpacts) {}

  @Get('impact')
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({ summary: 'How good the calls of X accounts and research institutes were' })
  @ApiOkResponse({ description: 'Every source with a call that could be measured', type: SourceImpactsDto })
  async listImpacts(): Promise<SourceImpactsDto> {
    return { items: (await this.impacts.list()).map((impact) => SourceImpactDto.of(impact)) };
  }
}
