import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceRunner } from '../../service-runner';
import { Simulator } from '../../simulator';
import { NATIVE_STYLE, type Parsed } from './native-api';

/** Hyperliquid's own API at the root of the server, so that a client needs no other change than its base URL. */
@ApiExcludeController()
@Controller()
export class NativeController {
  constructor(
    private readonly runner: ServiceRunner,
    private readonly simulator: Simulator,
  ) {}

  @Post('info')
  @HttpCode(200)
  info(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = this.simulator.hyperliquidNative.parseInfo(json(request.body));
    return this.run('POST /info', parsed?.request.type, parsed, request, reply);
  }

  @Post('exchange')
  @HttpCode(200)
  async exchange(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = await this.simulator.hyperliquidNative.parseAction(json(request.body));
    return this.run('POST /exchange', parsed?.request.action.type, parsed, request, reply);
  }

  private run(route: string, type: string | undefined, parsed: Parsed | null, request: FastifyRequest, reply: FastifyReply) {
    const routes = type === undefined ? [route] : [`${route} ${type}`, route];
    return this.runner.run(routes, NATIVE_STYLE, request, reply, ({ hyperliquidNative }, fault) =>
      hyperliquidNative.answer(parsed, request.ip, fault),
    );
  }
}

function json(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    return null;
  }
}
