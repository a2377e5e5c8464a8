import type { ClassificationEntity, PostEntity } from '@maxxit/database';
import { POST_KINDS, type PostKind } from '@maxxit/domain';
import { ApiTime, CursorPage, IfGiven, PageQueryDto, TextField, TimeField, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { DecidedClassificationDto } from './classification.dto';

export class ListPostsDto extends PageQueryDto {
  @ApiPropertyOptional({
    pattern: '^@?[A-Za-z0-9_]{1,15}$',
    example: 'some_analyst',
    description: 'Only posts of this X account, with or without @, in any case',
  })
  @IfGiven()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/^@/, '').toLowerCase() : value))
  @Matches(/^[a-z0-9_]{1,15}$/, { message: '$property has to be an X name: 1 to 15 letters, digits and _' })
  username?: string;

  @TextField({ min: 0, max: 20, example: 'BTC', description: 'Only posts with a call on this symbol, in any case', optional: true })
  symbol?: string;

  @TimeField({ description: 'Only posts that were published at this time or later', optional: true })
  from?: string;

  @TimeField({ description: 'Only posts that were published before this time', optional: true })
  to?: string;
}

export class PostDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the post with us' })
  id!: string;

  @ApiProperty({ description: 'Its id at X, a 64-bit number', example: '1859912345678901234' })
  sourceId!: string;

  @ApiProperty({ example: 'some_analyst' })
  username!: string;

  @ApiProperty({ enum: POST_KINDS, enumName: 'PostKind', description: 'Only what the author says themselves is read' })
  kind!: PostKind;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Long $BTC here, stop 58k, target 67k',
    description: 'What was read, or is to be; null once its author has deleted it',
  })
  text!: string | null;

  @ApiTime({ description: 'When it was published' })
  publishedAt!: string;

  @ApiTime({ nullable: true, description: 'When we learnt that it was edited; what was read stays as it was' })
  editedAt!: string | null;

  @ApiTime({ nullable: true, description: 'When we learnt that its author deleted it' })
  deletedAt!: string | null;

  @ApiTime({ nullable: true, description: 'When it was read; null while it waits' })
  readAt!: string | null;

  @ApiProperty({ type: () => DecidedClassificationDto, nullable: true, description: 'What was read out of it; null while it waits' })
  classification!: DecidedClassificationDto | null;

  /** @param post with its xAccount loaded */
  static of(post: PostEntity, classification: ClassificationEntity | undefined): PostDto {
    return {
      id: post.id,
      sourceId: post.sourceId,
      username: post.xAccount!.username,
      kind: post.kind,
      text: post.deletedAt ? null : post.text,
      publishedAt: timeText(post.publishedAt),
      editedAt: timeText(post.editedAt),
      deletedAt: timeText(post.deletedAt),
      readAt: timeText(post.readAt),
      classification: classification ? DecidedClassificationDto.ofRow(classification) : null,
    };
  }
}

export class PostPageDto extends CursorPage<PostDto> {
  @ApiProperty({ type: [PostDto], description: 'The items of this page' })
  items!: PostDto[];
}
