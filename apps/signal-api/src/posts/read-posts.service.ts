import { ClassificationEntity, PostEntity } from '@maxxit/database';
import { decodeCursor, toPage } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import { PostDto, type ListPostsDto, type PostPageDto } from './post.dto';

@Injectable()
export class ReadPostsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The last stored first, with what was read out of each. */
  async list({ limit, cursor, username }: ListPostsDto): Promise<PostPageDto> {
    const { manager } = this.dataSource;
    const rows = await manager.find(PostEntity, {
      where: { ...(username && { xAccount: { username } }), ...(cursor && { id: LessThan(decodeCursor(cursor, 1)[0]!) }) },
      relations: { xAccount: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    const classifications = await manager.findBy(ClassificationEntity, { postId: In(items.map(({ id }) => id)) });
    const byPost = new Map(classifications.map((classification) => [classification.postId, classification]));
    return { items: items.map((post) => PostDto.of(post, byPost.get(post.id))), nextCursor };
  }
}
