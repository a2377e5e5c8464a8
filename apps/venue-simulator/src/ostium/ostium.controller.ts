import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../control/faults';
import { ok, parseFlaskBody, type JsonObject, type Reply } from '../service-reply';
import { OSTIUM_STYLE, ServiceRunner } from '../service-runner';
import type { OstiumRest } from './ostium.rest';

/** The routes of docs/contracts/ostium-service.yaml, under /ostium. */
@ApiExcludeController()
@Controller('ostium')
export class OstiumController {
  constructor(private readonly runner: ServiceRunner) {}

  @Get('health')
  health(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('health', request, reply, (rest) => rest.health());
  }

  @Get('resource-usage')
  resourceUsage(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('resource-usage', request, reply, () => ok({ memoryMb: Math.round(process.memoryUsage().rss / 2 ** 20) }));
  }

  @Get('test-deployment')
  testDeployment(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('test-deployment', request, reply, () => ok({ version: 'simulator' }));
  }

  @Get('market-info')
  marketInfo(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('market-info', request, reply, (rest) => rest.marketInfo());
  }

  @Get('available-markets')
  availableMarkets(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('available-markets', request, reply, (rest) => rest.availableMarkets());
  }

  @Get('ostium-pairs')
  ostiumPairs(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('ostium-pairs', request, reply, (rest) => rest.ostiumPairs());
  }

  @Get('price/:token')
  price(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.get('price/:token', request, reply, (rest, fault) => rest.price(token, fault));
  }

  @Post('balance')
  balance(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('balance', request, reply, (rest, body) => rest.balance(body));
  }

  @Post('positions')
  positions(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('positions', request, reply, (rest, body) => rest.positions(body));
  }

  @Post('open-position')
  openPosition(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('open-position', request, reply, (rest, body, fault) => rest.openPosition(body, fault));
  }

  @Post('close-position')
  closePosition(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('close-position', request, reply, (rest, body, fault) => rest.closePosition(body, fault));
  }

  @Post('transfer')
  transfer(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('transfer', request, reply, (rest, body) => rest.transfer(body));
  }

  @Post('approve-agent')
  approveAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('approve-agent', request, reply, (rest, body) => rest.approveAgent(body));
  }

  @Post('faucet')
  faucet(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('faucet', request, reply, (rest, body) => rest.faucet(body));
  }

  @Post('validate-market')
  validateMarket(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('validate-market', request, reply, (rest, body) => rest.validateMarket(body));
  }

  @Post('order-by-id')
  orderById(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('order-by-id', request, reply, (rest, body) => rest.orderById(body));
  }

  @Post('trade-by-id')
  tradeById(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('trade-by-id', request, reply, (rest, body) => rest.tradeById(body));
  }

  @Post('closed-trade-by-id')
  closedTradeById(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('closed-trade-by-id', request, reply, (rest, body) => rest.closedTradeById(body));
  }

  @Post('cancelled-orders-by-id')
  cancelledOrdersById(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('cancelled-orders-by-id', request, reply, (rest, body) => rest.cancelledOrdersById(body));
  }

  @Post('history')
  history(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('history', request, reply, (rest, body) => rest.history(body));
  }

  @Post('closed-positions')
  closedPositions(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('closed-positions', request, reply, (rest, body) => rest.closedPositions(body));
  }

  @Post('set-stop-loss')
  setStopLoss(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('set-stop-loss', request, reply, (rest, body) => rest.setStopLoss(body));
  }

  @Post('set-take-profit')
  setTakeProfit(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('set-take-profit', request, reply, (rest, body) => rest.setTakeProfit(body));
  }

  private get(path: string, request: FastifyRequest, reply: FastifyReply, respond: (rest: OstiumRest, fault: Fault | null) => Reply) {
    return this.runner.run(`GET /ostium/${path}`, OSTIUM_STYLE, request, reply, ({ ostiumRest }, fault) => respond(ostiumRest, fault));
  }

  private post(
    path: string,
    request: FastifyRequest,
    reply: FastifyReply,
    respond: (rest: OstiumRest, body: JsonObject, fault: Fault | null) => Reply,
  ) {
    return this.runner.run(`POST /ostium/${path}`, OSTIUM_STYLE, request, reply, ({ ostiumRest }, fault) =>
      respond(ostiumRest, parseFlaskBody(request.body, request.headers['content-type']), fault),
    );
  }
}
