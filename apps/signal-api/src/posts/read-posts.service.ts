import { ClassificationEntity, PostEntity } from '@maxxit/database';
import { decodeCursor, toPage } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { And, DataSource, In, LessThan, MoreThanOrEqual, Raw } from 'typeorm';
import { withCallOn } from './with-call-on';
import { PostDto, type ListPostsDto, type PostPageDto } from './post.dto';

@Injectable()
export class ReadPostsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The last stored first, with what was read out of each. */
  async list({ limit, cursor, username, symbol, from, to }: ListPostsDto): Promise<PostPageDto> {
    const { manager } = this.dataSource;
    const published = [...(from ? [MoreThanOrEqual(new Date(from))] : []), ...(to ? [LessThan(new Date(to))] : [])];
    const rows = await manager.find(PostEntity, {
      where: {
        ...(username && { xAccount: { username } }),
        ...(published.length > 0 && { publishedAt: And(...published) }),
        id: And(
          ...(cursor ? [LessThan(decodeCursor(cursor, ['uuid'])[0])] : []),
          ...(symbol ? [withCallOn('post_id', symbol)] : []),
          Raw(() => 'true'),
        ),
      },
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
