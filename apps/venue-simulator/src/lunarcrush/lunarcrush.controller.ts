import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceRunner, type ServiceStyle } from '../service-runner';

const LUNARCRUSH_STYLE: ServiceStyle = {
  exception: (text) => ({ status: 500, body: { error: text } }),
  rateLimited: () => ({ status: 429, body: { error: 'Too many requests' } }),
  unauthorized: () => ({ status: 401, body: { error: 'Unauthorized' } }),
};

/** The one call of the LunarCrush API (v4) that Maxxit makes, under /lunarcrush. */
@ApiExcludeController()
@Controller('lunarcrush')
export class LunarCrushController {
  constructor(private readonly runner: ServiceRunner) {}

  @Get('public/coins/list/v2')
  list(
    @Headers('authorization') authorization: string | undefined,
    @Query() query: Record<string, string | undefined>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.runner.run('GET /lunarcrush/public/coins/list/v2', LUNARCRUSH_STYLE, request, reply, ({ lunarCrush }) =>
      lunarCrush.list(authorization, query),
    );
  }
}
