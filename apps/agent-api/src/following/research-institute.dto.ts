import type { AgentResearchInstituteEntity, ResearchInstituteEntity } from '@maxxit/database';
import { ApiDecimal, ApiTime, CursorPage, DecimalField, TextField, decimalText, timeText } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID, ValidateBy } from 'class-validator';

const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const BYTE = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const HOST = `((${LABEL}\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?|(${BYTE}\\.){3}${BYTE})`;
const PORT = ':([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3})';
const FEED_URL = new RegExp(
  `^(https?:\\/\\/${HOST}(${PORT})?([/?#][!-~]*)?|folder:[A-Za-z0-9][A-Za-z0-9._-]{0,99}|webhook:(signed|tradingview))$`,
);

/** http(s) URLs in ASCII without a password in them, and `folder:<name>` with a name that can't leave the reports folder, and webhooks. */
export function isFeedUrl(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 500 || !FEED_URL.test(value)) return false;
  return !value.startsWith('http') || URL.canParse(value);
}

export class CreateResearchInstituteDto {
  @TextField({ max: 100, example: 'Northern Research', description: 'Unique among institutes' })
  name!: string;

  @ApiProperty({
    maxLength: 500,
    pattern: FEED_URL.source,
    example: 'folder:northern-research',
    description:
      'Where its reports are read from: an http(s) URL without user and password, or folder:<name> for a folder below the REPORTS_DIR of research-signal-worker, or webhook:signed or webhook:tradingview when the institute pushes them itself',
  })
  @ValidateBy({
    name: 'isFeedUrl',
    validator: {
      validate: isFeedUrl,
      defaultMessage: () => 'feedUrl has to be an http(s) URL without user and password, or folder:<name> with a plain name',
    },
  })
  feedUrl!: string;
}

export class ResearchInstituteDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the institute' })
  id!: string;

  @ApiProperty({ example: 'Northern Research' })
  name!: string;

  @ApiProperty({ example: 'folder:northern-research' })
  feedUrl!: string;

  @ApiTime({ nullable: true, description: 'When its feed was last read; null before the first time' })
  polledAt!: string | null;

  @ApiTime({ description: 'When it was added' })
  createdAt!: string;

  static of(institute: ResearchInstituteEntity): ResearchInstituteDto {
    return {
      id: institute.id,
      name: institute.name,
      feedUrl: institute.feedUrl,
      polledAt: timeText(institute.polledAt),
      createdAt: timeText(institute.createdAt),
    };
  }
}

export class ResearchInstitutePageDto extends CursorPage<ResearchInstituteDto> {
  @ApiProperty({ type: [ResearchInstituteDto], description: 'The items of this page' })
  items!: ResearchInstituteDto[];
}

export class FollowInstituteDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the research institute' })
  @IsUUID('loose')
  instituteId!: string;

  @DecimalField({
    description: 'How much the agent trusts it; scales the confidence of its calls',
    example: '0.8',
    min: '0',
    max: '1',
    optional: true,
    default: '1',
  })
  weight?: string;
}

export class AgentInstituteDto {
  @ApiProperty({ type: () => ResearchInstituteDto })
  institute!: ResearchInstituteDto;

  @ApiDecimal({ description: 'How much the agent trusts it, 0..1', example: '0.8' })
  weight!: string;

  @ApiTime({ description: 'Since when it is followed' })
  followedAt!: string;

  /** @param link with its institute loaded */
  static of(link: AgentResearchInstituteEntity): AgentInstituteDto {
    return { institute: ResearchInstituteDto.of(link.institute!), weight: decimalText(link.weight), followedAt: timeText(link.createdAt) };
  }
}

export class AgentInstitutePageDto extends CursorPage<AgentInstituteDto> {
  @ApiProperty({ type: [AgentInstituteDto], description: 'The items of this page' })
  items!: AgentInstituteDto[];
}
