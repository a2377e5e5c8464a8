import { Access, ApiProblems } from '@maxxit/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListPostsDto, PostPageDto } from './post.dto';
import { ReadPostsService } from './read-posts.service';

@ApiTags('posts')
@Controller('api/posts')
export class PostsController {
  constructor(private readonly reading: ReadPostsService) {}

  @Get()
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({
    summary: 'Posts, and what was read out of them',
    description:
      'The last stored first. For each, the calls, what gave none and why, and what became of each call for each agent. All filters that are given have to match.',
  })
  @ApiOkResponse({ description: 'A page of posts', type: PostPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listPosts(@Query() query: ListPostsDto): Promise<PostPageDto> {
    return this.reading.list(query);
  }
}
