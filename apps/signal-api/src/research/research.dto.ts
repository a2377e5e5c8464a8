import type { ClassificationEntity, ReportEntity } from '@maxxit/database';
import { ApiTime, CursorPage, IfGiven, PageQueryDto, TextField, TimeField, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { DecidedClassificationDto } from '../posts/classification.dto';
import { HitRateDto } from '../signals/generate-signal.dto';
import { ReportDto } from '../signals/signal.dto';

export class ListReportsDto extends PageQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only reports of this research institute' })
  @IfGiven()
  @IsUUID('loose')
  instituteId?: string;

  @TextField({ min: 0, max: 20, example: 'BTC', description: 'Only reports with a call on this symbol, in any case', optional: true })
  symbol?: string;

  @TimeField({ description: 'Only reports that were published at this time or later', optional: true })
  from?: string;

  @TimeField({ description: 'Only reports that were published before this time', optional: true })
  to?: string;
}

export class ClassifiedReportDto extends ReportDto {
  @ApiTime({ nullable: true, description: 'When it was read; null while it waits' })
  readAt!: string | null;

  @ApiProperty({ type: () => DecidedClassificationDto, nullable: true, description: 'What was read out of it; null while it waits' })
  classification!: DecidedClassificationDto | null;

  /** @param report with its institute loaded */
  static ofRow(report: ReportEntity, classification: ClassificationEntity | null | undefined): ClassifiedReportDto {
    return {
      ...ReportDto.of(report),
      readAt: timeText(report.readAt),
      classification: classification ? DecidedClassificationDto.ofRow(classification) : null,
    };
  }
}

export class ReportPageDto extends CursorPage<ClassifiedReportDto> {
  @ApiProperty({ type: [ClassifiedReportDto], description: 'The items of this page' })
  items!: ClassifiedReportDto[];
}

export class InstituteDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the research institute' })
  id!: string;

  @ApiProperty({ example: 'Northern Research', description: 'Its name' })
  name!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'Reports of it that are stored' })
  reports!: number;

  @ApiTime({ nullable: true, description: 'When the last of them was published; null without one' })
  lastPublishedAt!: string | null;

  @ApiProperty({ type: 'integer', example: 3, description: 'Active agents that follow it' })
  agents!: number;

  @ApiProperty({
    type: () => HitRateDto,
    nullable: true,
    description: 'How good its calls were, as GET /api/sources/impact says in full; null until one could be measured',
  })
  hitRate!: HitRateDto | null;
}

export class InstitutePageDto extends CursorPage<InstituteDto> {
  @ApiProperty({ type: [InstituteDto], description: 'The items of this page' })
  items!: InstituteDto[];
}
