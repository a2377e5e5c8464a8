import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../control/faults';
import { parseFlaskBody, type JsonObject, type Reply } from '../service-reply';
import { HYPERLIQUID_STYLE, ServiceRunner } from '../service-runner';
import type { HyperliquidRest } from './hyperliquid.rest';

/** The routes of docs/contracts/hyperliquid-service.yaml, under /hyperliquid. */
@ApiExcludeController()
@Controller('hyperliquid')
export class HyperliquidController {
  constructor(private readonly runner: ServiceRunner) {}

  @Get('health')
  health(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.runner.run('GET /hyperliquid/health', HYPERLIQUID_STYLE, request, reply, ({ hyperliquidRest }) => hyperliquidRest.health());
  }

  @Post('balance')
  balance(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('balance', request, reply, (rest, body) => rest.balance(body));
  }

  @Post('positions')
  positions(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('positions', request, reply, (rest, body) => rest.positions(body));
  }

  @Post('market-info')
  marketInfo(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('market-info', request, reply, (rest, body) => rest.marketInfo(body));
  }

  @Post('open-position')
  openPosition(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('open-position', request, reply, (rest, body, fault) => rest.openPosition(body, fault));
  }

  @Post('close-position')
  closePosition(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('close-position', request, reply, (rest, body, fault) => rest.closePosition(body, fault));
  }

  @Post('user-fills')
  userFills(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('user-fills', request, reply, (rest, body) => rest.userFills(body));
  }

  @Post('check-agent-status')
  checkAgentStatus(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('check-agent-status', request, reply, (rest, body) => rest.checkAgentStatus(body));
  }

  @Post('approve-agent')
  approveAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('approve-agent', request, reply, (rest, body) => rest.approveAgent(body));
  }

  @Post('approve-agent-signature')
  approveAgentSignature(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('approve-agent-signature', request, reply, (rest, body) => rest.approveAgentSignature(body));
  }

  @Post('transfer')
  transfer(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('transfer', request, reply, (rest, body) => rest.transfer(body));
  }

  @Post('transfer-to-agent')
  transferToAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('transfer-to-agent', request, reply, (rest, body) => rest.transferToAgent(body));
  }

  @Post('vault/deposit')
  vaultDeposit(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('vault/deposit', request, reply, (rest, body) => rest.vaultTransfer(body));
  }

  @Post('vault/withdraw')
  vaultWithdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('vault/withdraw', request, reply, (rest, body) => rest.vaultTransfer(body));
  }

  @Post('vault/balance')
  vaultBalance(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('vault/balance', request, reply, (rest, body) => rest.vaultBalance(body));
  }

  @Post('vault/info')
  vaultInfo(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.post('vault/info', request, reply, (rest, body) => rest.vaultInfo(body));
  }

  private post(
    path: string,
    request: FastifyRequest,
    reply: FastifyReply,
    respond: (rest: HyperliquidRest, body: JsonObject, fault: Fault | null) => Reply,
  ) {
    return this.runner.run(`POST /hyperliquid/${path}`, HYPERLIQUID_STYLE, request, reply, ({ hyperliquidRest }, fault) =>
      respond(hyperliquidRest, parseFlaskBody(request.body, request.headers['content-type']), fault),
    );
  }
}
