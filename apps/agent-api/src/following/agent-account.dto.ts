import type { AgentAccountEntity } from '@maxxit/database';
import { ApiDecimal, ApiTime, CursorPage, DecimalField, decimalText, timeText } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/** An X name as it may be written. */
export const USERNAME = '^@?[A-Za-z0-9_]{1,15}$';

/** An X name as it is stored: lower-case, without @. */
export function normaliseUsername(username: string): string {
  return username.replace(/^@/, '').toLowerCase();
}

export class FollowAccountDto {
  @ApiProperty({
    pattern: USERNAME,
    example: 'some_analyst',
    description: 'The name of the X account, with or without @, in any case',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseUsername(value) : value))
  @Matches(/^[a-z0-9_]{1,15}$/, { message: '$property has to be an X name: 1 to 15 letters, digits and _' })
  username!: string;

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

export class WeighSourceDto {
  @DecimalField({ description: 'How much the agent trusts it; scales the confidence of its calls', example: '0.8', min: '0', max: '1' })
  weight!: string;
}

export class AgentAccountDto {
  @ApiProperty({ example: 'some_analyst', description: 'Lower-case, without @' })
  username!: string;

  @ApiDecimal({ description: 'How much the agent trusts it, 0..1', example: '0.8' })
  weight!: string;

  @ApiTime({ description: 'Since when it is followed' })
  followedAt!: string;

  @ApiTime({ nullable: true, description: 'When its posts were last asked for; null before the first time' })
  polledAt!: string | null;

  /** @param link with its xAccount loaded */
  static of(link: AgentAccountEntity): AgentAccountDto {
    return {
      username: link.xAccount!.username,
      weight: decimalText(link.weight),
      followedAt: timeText(link.createdAt),
      polledAt: timeText(link.xAccount!.polledAt),
    };
  }
}

export class AgentAccountPageDto extends CursorPage<AgentAccountDto> {
  @ApiProperty({ type: [AgentAccountDto], description: 'The items of this page' })
  items!: AgentAccountDto[];
}
