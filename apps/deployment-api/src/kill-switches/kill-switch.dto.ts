import type { KillSwitchEntity } from '@maxxit/database';
import { KILL_SWITCH_SCOPES, VENUE_NAME, type KillSwitchScope } from '@maxxit/domain';
import { ApiTime, CursorPage, IfGiven, PageQueryDto, SchemaRule, TextField, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';

@SchemaRule({
  oneOf: [
    { properties: { scope: { const: 'global' }, target: false }, required: ['scope'] },
    { properties: { scope: { const: 'venue' }, target: { pattern: `^${VENUE_NAME}$` } }, required: ['scope', 'target'] },
    {
      properties: { scope: { enum: KILL_SWITCH_SCOPES.filter((scope) => scope !== 'global' && scope !== 'venue') } },
      required: ['scope', 'target'],
    },
  ],
})
export class SetKillSwitchDto {
  @ApiProperty({ enum: KILL_SWITCH_SCOPES, enumName: 'KillSwitchScope', description: 'What it stops' })
  @IsIn(KILL_SWITCH_SCOPES)
  scope!: KillSwitchScope;

  @TextField({
    max: 100,
    optional: true,
    example: 'hyperliquid',
    description:
      'The name of a venue; the id of an agent, a deployment, an X account or a research institute; an X account also as "@name". Left out for global',
  })
  target?: string;

  @TextField({ max: 500, example: 'The venue answers with prices of yesterday.', description: 'Why' })
  reason!: string;

  @ApiPropertyOptional({ default: false, description: 'Close the open positions in scope as well' })
  @IfGiven()
  @IsBoolean()
  flatten: boolean = false;
}

export class ListKillSwitchesDto extends PageQueryDto {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only those in force' })
  @IfGiven()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  inForce: boolean = false;
}

export class KillSwitchDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the kill switch' })
  id!: string;

  @ApiProperty({ enum: KILL_SWITCH_SCOPES, enumName: 'KillSwitchScope' })
  scope!: KillSwitchScope;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'hyperliquid',
    description: 'The name of a venue; the id of an agent, a deployment, an X account or a research institute; null for global',
  })
  target!: string | null;

  @ApiProperty({ description: 'Why it was set' })
  reason!: string;

  @ApiProperty({ description: 'Whether the open positions in scope are closed as well' })
  flatten!: boolean;

  @ApiProperty({ description: 'Who set it' })
  setBy!: string;

  @ApiTime({ description: 'When it was set' })
  setAt!: string;

  @ApiTime({ nullable: true, description: 'With flatten: when the venues themselves showed nothing open in scope; null before' })
  flatAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who lifted it; null while it is in force' })
  liftedBy!: string | null;

  @ApiTime({ nullable: true, description: 'When it was lifted; null while it is in force' })
  liftedAt!: string | null;

  static of(killSwitch: KillSwitchEntity): KillSwitchDto {
    return {
      id: killSwitch.id,
      scope: killSwitch.scope,
      target: killSwitch.target,
      reason: killSwitch.reason,
      flatten: killSwitch.flatten,
      setBy: killSwitch.setBy,
      setAt: timeText(killSwitch.setAt),
      flatAt: timeText(killSwitch.flatAt),
      liftedBy: killSwitch.liftedBy,
      liftedAt: timeText(killSwitch.liftedAt),
    };
  }
}

export class KillSwitchPageDto extends CursorPage<KillSwitchDto> {
  @ApiProperty({ type: [KillSwitchDto], description: 'The items of this page' })
  items!: KillSwitchDto[];
}
