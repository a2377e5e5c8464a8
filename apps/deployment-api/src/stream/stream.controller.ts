import { InvalidRequestError } from '@maxxit/domain';
import { Access, ApiProblems, callerOf, CurrentUser, type SignedInUser } from '@maxxit/platform';
import {
  Controller,
  Headers,
  Injectable,
  Res,
  Sse,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type MessageEvent,
} from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { EventDto } from './event.dto';
import { EventStreams } from './event-streams.service';

/** Takes a place for the stream, for as long as its connection lives. A guard, since Nest answers 200 while a handler of a stream still waits. */
@Injectable()
export class StreamPlaceGuard implements CanActivate {
  constructor(private readonly streams: EventStreams) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller?.kind !== 'user') return true;
    const leave = await this.streams.takePlace(caller);
    const { raw } = context.switchToHttp().getResponse<FastifyReply>();
    if (raw.destroyed) leave();
    else raw.once('close', leave);
    return true;
  }
}

@ApiTags('live')
@ApiExtraModels(EventDto)
@Controller('api')
export class StreamController {
  constructor(private readonly streams: EventStreams) {}

  @Sse('stream')
  @UseGuards(StreamPlaceGuard)
  @Access('user', { scope: 'deployments:read' })
  @ApiOperation({
    summary: 'What happens to your deployments, as it happens',
    description:
      'Server-sent events about your own deployments, their orders, fills and positions, and the signals of their agents. `event` is the kind, `data` an EventDto in JSON, and `id` the place in the stream: after a lost connection send the last one as Last-Event-ID, to whichever instance, and the stream goes on behind it with nothing left out and nothing twice. It begins with `ready` (no data), whose id is the present. Events are kept for 7 days; `gap` instead of what came after an older id says that some are missing: read the state anew. A comment comes every 15 s. The stream ends when the access token does, within 15 s of a sign-out or the revocation of the API key, and when the instance stops; then connect again. 10 streams for a user.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that you got; absent to begin now',
    schema: { type: 'string', maxLength: 60, pattern: '^\\d+-\\d+-\\d+$', example: '1795680000000-9120-4711' },
  })
  @ApiOkResponse({
    description: 'The events; the stream does not end by itself',
    content: {
      'text/event-stream': {
        // What `data` of an event is; Nest knows the schemas of OpenAPI 3.0 only.
        schema: { type: 'string', contentSchema: { $ref: getSchemaPath(EventDto) } } as object,
        example:
          'event: order\nid: 1795680000000-9120-4711\ndata: {"kind":"order","id":"019a0000-0000-7000-8000-000000000000","at":"2026-11-26T08:00:00.000Z","data":{"state":"filled"}}\n\n',
      },
    },
  })
  @ApiProblems([400, 'BAD_EVENT_ID'], [429, 'TOO_MANY_STREAMS'], [503, 'STREAMS_FULL'])
  async stream(
    @CurrentUser() user: SignedInUser,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Observable<MessageEvent>> {
    if (lastEventId !== undefined && lastEventId.length > 60)
      throw new InvalidRequestError('BAD_EVENT_ID', 'Last-Event-ID is not an id of this stream: send the last one that you got, or none.');
    const events = await this.streams.open(user, lastEventId === '' ? undefined : lastEventId);
    // From here on it is Nest that writes: the time limit for handlers is not for a stream.
    reply.hijack();
    return events;
  }
}
