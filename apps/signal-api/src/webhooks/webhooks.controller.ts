import { Access, ApiId, ApiProblems, ID } from '@maxxit/platform';
import { WebhookIngestion } from '@maxxit/signals';
import { Controller, Headers, HttpCode, Param, Post, Req, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

const PATH = '/api/webhooks/:id';

/** Further fields are fine, but for names that the reader of JSON refuses: they would change what objects are. */
const NAMES = { propertyNames: { not: { enum: ['__proto__', 'constructor'] } } };

class WebhookReceiptDto {
  @ApiProperty({ description: 'False when it was there already' })
  stored!: boolean;
}

/** A request with its body as it came: a signature is over bytes, not over what was parsed of them. */
type RawRequest = FastifyRequest & { rawBytes?: Buffer };

@ApiTags('webhooks')
@Controller('api/webhooks')
export class WebhooksController implements OnModuleInit {
  constructor(
    private readonly webhooks: WebhookIngestion,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preParsing', async (request: RawRequest, _reply, payload) => {
      if (request.routeOptions.url !== PATH) return payload;
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of payload) {
        chunks.push(chunk as Buffer);
        bytes += (chunk as Buffer).length;
        // The parser refuses it by its own limit; no more of it is kept here.
        if (bytes > request.routeOptions.bodyLimit) break;
      }
      request.rawBytes = Buffer.concat(chunks);
      return Readable.from([request.rawBytes]);
    });
  }

  @Post(':id')
  @Access('public')
  @HttpCode(200)
  @ApiId('The research institute')
  @ApiOperation({
    summary: 'Push a report',
    description:
      'For institutes whose feed is webhook:signed (headers x-maxxit-timestamp, Unix seconds, and x-maxxit-signature, "sha256=" and the HMAC-SHA256 of "<timestamp>.<body>" in hex) or webhook:tradingview (the secret in the body). It may be repeated: a report is stored once.',
  })
  @ApiHeader({
    name: 'x-maxxit-timestamp',
    required: false,
    description: 'Unix seconds, at most 5 minutes off',
    schema: { type: 'string' },
  })
  @ApiHeader({ name: 'x-maxxit-signature', required: false, description: 'sha256=<hex>', schema: { type: 'string' } })
  @ApiBody({
    schema: {
      oneOf: [
        {
          type: 'object',
          required: ['id', 'title', 'publishedAt', 'text'],
          ...NAMES,
          properties: {
            id: { type: 'string', maxLength: 200 },
            title: { type: 'string', maxLength: 500 },
            publishedAt: { type: 'string', format: 'date-time' },
            text: { type: 'string', maxLength: 50_000 },
          },
        },
        {
          type: 'object',
          required: ['secret', 'text'],
          ...NAMES,
          properties: {
            secret: { type: 'string', maxLength: 500 },
            text: { type: 'string', maxLength: 50_000 },
            time: { type: 'string', format: 'date-time' },
          },
        },
      ],
    },
  })
  @ApiOkResponse({ description: 'It was taken', type: WebhookReceiptDto })
  @ApiProblems([400, 'INVALID_ID', 'WEBHOOK_BODY'], [401, 'WEBHOOK_NOT_AUTHENTIC'], [404, 'WEBHOOK_NOT_FOUND'])
  async receiveReport(
    @Param('id', ID) id: string,
    @Headers('x-maxxit-timestamp') timestamp: string | undefined,
    @Headers('x-maxxit-signature') signature: string | undefined,
    @Req() request: RawRequest,
  ): Promise<WebhookReceiptDto> {
    return { stored: await this.webhooks.receive(id, { body: request.rawBytes ?? Buffer.alloc(0), timestamp, signature }) };
  }
}
