import type { ClassificationEntity, PostEntity } from '@maxxit/database';
import { ApiTime, CursorPage, IfGiven, PageQueryDto, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { DecidedClassificationDto } from './classification.dto';

export class ListPostsDto extends PageQueryDto {
  @ApiPropertyOptional({ example: 'some_analyst', description: 'Only posts of this X account, with or without @, in any case' })
  @IfGiven()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/^@/, '').toLowerCase() : value))
  @Matches(/^[a-z0-9_]{1,15}$/, { message: '$property has to be an X name: 1 to 15 letters, digits and _' })
  username?: string;
}

export class PostDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the post with us' })
  id!: string;

  @ApiProperty({ description: 'Its id at X, a 64-bit number', example: '1859912345678901234' })
  sourceId!: string;

  @ApiProperty({ example: 'some_analyst' })
  username!: string;

  @ApiProperty({ example: 'Long $BTC here, stop 58k, target 67k' })
  text!: string;

  @ApiTime({ description: 'When it was published' })
  publishedAt!: string;

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
      text: post.text,
      publishedAt: timeText(post.publishedAt),
      readAt: timeText(post.readAt),
      classification: classification ? DecidedClassificationDto.ofRow(classification) : null,
    };
  }
}

export class PostPageDto extends CursorPage<PostDto> {
  @ApiProperty({ type: [PostDto], description: 'The items of this page' })
  items!: PostDto[];
}
