import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceRunner, type ServiceStyle } from '../service-runner';
import { unexpectedError, upstreamError } from './x-feed';

const X_STYLE: ServiceStyle = {
  exception: unexpectedError,
  rateLimited: () => upstreamError('429 Too Many Requests'),
  unauthorized: () => ({ status: 401, body: { error: 'Unauthorized', details: '401 Unauthorized' } }),
};

/** The routes of docs/contracts/x-api-proxy.yaml, under /x. */
@ApiExcludeController()
@Controller('x')
export class XController {
  constructor(private readonly runner: ServiceRunner) {}

  @Get('health')
  health(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.runner.run('GET /x/health', X_STYLE, request, reply, ({ x }) => x.health());
  }

  @Get('tweets/:username')
  tweets(
    @Param('username') username: string,
    @Query('max_results') maxResults: string | undefined,
    @Query('since_id') sinceId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.runner.run('GET /x/tweets/:username', X_STYLE, request, reply, ({ x }) => x.tweets(username, maxResults, sinceId));
  }

  @Get('test')
  selfTest(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.runner.run('GET /x/test', X_STYLE, request, reply, ({ x }) => x.selfTest());
  }
}
