import type { ApiKeyEntity } from '@maxxit/database';
import { API_KEY_SCOPES, ApiTime, CursorPage, SetField, TextField, timeText, type ApiKeyScope } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

export class CreateApiKeyDto {
  @TextField({ max: 100, example: 'rebalancing script', description: 'What it is for' })
  name!: string;

  @SetField(API_KEY_SCOPES, { enumName: 'ApiKeyScope', example: ['deployments:read'], description: 'What it may do' })
  scopes!: ApiKeyScope[];

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 365, example: 90, description: 'After how many days it expires' })
  @IsInt()
  @Min(1)
  @Max(365)
  expiresInDays!: number;
}

export class ApiKeyDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the key' })
  id!: string;

  @ApiProperty({ example: 'rebalancing script' })
  name!: string;

  @ApiProperty({ description: 'How the key begins', example: 'mxk_x1Yz03Qa' })
  prefix!: string;

  @ApiProperty({ enum: API_KEY_SCOPES, enumName: 'ApiKeyScope', isArray: true, description: 'What it may do' })
  scopes!: ApiKeyScope[];

  @ApiTime({ description: 'When it was made' })
  createdAt!: string;

  @ApiTime({ description: 'Until when it is taken' })
  expiresAt!: string;

  @ApiTime({ nullable: true, description: 'When it was revoked; null while it is not' })
  revokedAt!: string | null;

  @ApiTime({ nullable: true, description: 'When it was used last, to the minute; null if never' })
  lastUsedAt!: string | null;

  static of(key: ApiKeyEntity): ApiKeyDto {
    return {
      id: key.id,
      name: key.name,
      prefix: key.prefix,
      scopes: key.scopes as ApiKeyScope[],
      createdAt: timeText(key.createdAt),
      expiresAt: timeText(key.expiresAt),
      revokedAt: timeText(key.revokedAt),
      lastUsedAt: timeText(key.lastUsedAt),
    };
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ description: 'The key itself, sent as x-api-key. It is shown this once and stored nowhere' })
  key!: string;
}

export class ApiKeyPageDto extends CursorPage<ApiKeyDto> {
  @ApiProperty({ type: [ApiKeyDto], description: 'The items of this page' })
  items!: ApiKeyDto[];
}
