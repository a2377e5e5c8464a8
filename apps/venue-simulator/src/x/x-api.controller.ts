import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceRunner, type ServiceStyle } from '../service-runner';
import { rateLimited, unauthorized, unavailable, type XQuery } from './x-api';

const X_API_STYLE: ServiceStyle = { exception: unavailable, rateLimited, unauthorized };

/** X's own API v2, under /x-api. */
@ApiExcludeController()
@Controller('x-api/2')
export class XApiController {
  constructor(private readonly runner: ServiceRunner) {}

  @Get('users/by')
  usersBy(
    @Headers('authorization') authorization: string | undefined,
    @Query() query: XQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.runner.run('GET /x-api/2/users/by', X_API_STYLE, request, reply, ({ xApi }) => xApi.usersBy(authorization, query));
  }

  @Get('users/by/username/:username')
  userByName(
    @Headers('authorization') authorization: string | undefined,
    @Param('username') username: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const route = 'GET /x-api/2/users/by/username/:username';
    return this.runner.run(route, X_API_STYLE, request, reply, ({ xApi }) => xApi.userByName(authorization, username));
  }

  @Get('users/:id/tweets')
  timeline(
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
    @Query() query: XQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const route = 'GET /x-api/2/users/:id/tweets';
    return this.runner.run(route, X_API_STYLE, request, reply, ({ xApi }) => xApi.timeline(authorization, id, query));
  }

  @Get('tweets')
  posts(
    @Headers('authorization') authorization: string | undefined,
    @Query() query: XQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.runner.run('GET /x-api/2/tweets', X_API_STYLE, request, reply, ({ xApi }) => xApi.posts(authorization, query));
  }
}
