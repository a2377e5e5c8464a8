import { Decimal } from '@maxxit/domain';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Simulator } from '../simulator';
import {
  ApproveAgentDto,
  DelegateDto,
  FaultDto,
  HyperliquidAccountDto,
  LeverageDto,
  MoveTimeDto,
  OstiumAccountDto,
  OstiumAgentDto,
  OstiumSettingsDto,
  PostDto,
  PostTextDto,
  PriceDto,
  ResetDto,
  SocialDto,
  VolatilityDto,
  XUserDto,
} from './control.dto';

/** Sets up, steers and reads the simulated world. Answers are as of now: what is due has happened. */
@ApiTags('control')
@Controller('control')
export class ControlController {
  constructor(private readonly simulator: Simulator) {}

  @Get('state')
  @ApiOperation({ summary: 'The truth: time, prices, accounts, every order received, fills, fees, funding, liquidations, request counts' })
  state() {
    this.simulator.settle();
    return this.simulator.state();
  }

  @Get('hyperliquid/limits')
  @ApiOperation({
    summary: "Of the native API's weight per IP address: used in the last 60 s, the most ever, and requests answered with 429",
  })
  limits() {
    this.simulator.settle();
    return this.simulator.hyperliquidNative.limiter.report(this.simulator.now());
  }

  @Post('reset')
  @HttpCode(204)
  @ApiOperation({ summary: 'A new, empty world with a seed' })
  reset(@Body() { seed }: ResetDto): void {
    this.simulator.reset(seed ?? this.simulator.seed);
  }

  @Post('time')
  @ApiOperation({ summary: 'Moves time forward, with all that happens on the way' })
  moveTime(@Body() { ms }: MoveTimeDto) {
    this.simulator.moveTime(ms);
    return { now: new Date(this.simulator.now()).toISOString() };
  }

  @Get('prices')
  @ApiOperation({ summary: 'The prices of now, by symbol' })
  prices() {
    this.simulator.settle();
    return this.simulator.allPrices();
  }

  @Put('prices/:symbol')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sets a price at once, for both venues' })
  setPrice(@Param('symbol') symbol: string, @Body() { price }: PriceDto): void {
    this.simulator.settle();
    this.simulator.setPrice(symbol, new Decimal(price));
  }

  @Put('volatility/:symbol')
  @HttpCode(204)
  @ApiOperation({ summary: "Sets how much a market's price moves from now on" })
  setVolatility(@Param('symbol') symbol: string, @Body() { volatility }: VolatilityDto): void {
    this.simulator.settle();
    this.simulator.setVolatility(symbol, volatility);
  }

  @Post('hyperliquid/accounts')
  @HttpCode(204)
  @ApiOperation({ summary: 'Creates a Hyperliquid account, or adds to it' })
  fundHyperliquid(@Body() { address, depositUsd }: HyperliquidAccountDto): void {
    this.simulator.settle();
    this.simulator.hyperliquid.deposit(address, new Decimal(depositUsd));
  }

  @Post('hyperliquid/agents')
  @HttpCode(204)
  @ApiOperation({ summary: 'Approves an agent for a master' })
  approveAgent(@Body() { address, agentAddress }: ApproveAgentDto): void {
    this.simulator.hyperliquid.approveAgent(address, agentAddress);
  }

  @Put('hyperliquid/leverage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sets the leverage of an account in a market where it holds nothing' })
  setLeverage(@Body() { address, coin, leverage }: LeverageDto): void {
    this.simulator.settle();
    this.simulator.hyperliquid.setLeverage(address, coin, leverage);
  }

  @Post('ostium/accounts')
  @HttpCode(204)
  @ApiOperation({ summary: 'Adds USDC to an Ostium wallet, or sets its ETH' })
  fundOstium(@Body() { address, depositUsd, eth }: OstiumAccountDto): void {
    this.simulator.settle();
    this.simulator.ostium.fund(address, new Decimal(depositUsd), eth === undefined ? null : new Decimal(eth));
  }

  @Put('ostium/delegate')
  @HttpCode(204)
  @ApiOperation({ summary: "Sets a trader's delegate, an agent whose key the service then knows" })
  setDelegate(@Body() { address, delegateAddress }: DelegateDto): void {
    this.simulator.ostium.setDelegate(address, delegateAddress);
    this.simulator.ostiumRest.agents.add(delegateAddress);
  }

  @Post('ostium/agents')
  @HttpCode(204)
  @ApiOperation({ summary: 'Makes the service know the key of an agent, for requests that name only its address' })
  registerAgent(@Body() { agentAddress }: OstiumAgentDto): void {
    this.simulator.ostiumRest.agents.add(agentAddress);
  }

  @Put('ostium/settings')
  @HttpCode(204)
  @ApiOperation({ summary: 'Switches the quirk that closes ask for the entry price' })
  ostiumSettings(@Body() { closeAtEntryPrice }: OstiumSettingsDto): void {
    this.simulator.ostium.settings.closeAtEntryPrice = closeAtEntryPrice;
  }

  @Post('x/users')
  @ApiOperation({ summary: 'Creates an X user' })
  createUser(@Body() { username }: XUserDto) {
    return { id: this.simulator.x.createUser(username).id };
  }

  @Post('x/posts')
  @ApiOperation({ summary: 'Publishes a post' })
  publish(@Body() { username, text, publishedAt, kind }: PostDto) {
    this.simulator.settle();
    return { id: this.simulator.x.publish(username, text, publishedAt === undefined ? undefined : Date.parse(publishedAt), kind) };
  }

  @Put('x/posts/:id')
  @ApiOperation({ summary: 'Edits a post, within an hour of its publication: the new version has an id of its own' })
  editPost(@Param('id') id: string, @Body() { text }: PostTextDto) {
    this.simulator.settle();
    return { id: this.simulator.x.edit(id, text) };
  }

  @Delete('x/posts/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a post' })
  deletePost(@Param('id') id: string): void {
    this.simulator.x.delete(id);
  }

  @Delete('x/users/:username')
  @HttpCode(204)
  @ApiOperation({ summary: 'Suspends an X user' })
  suspendUser(@Param('username') username: string): void {
    this.simulator.x.suspend(username);
  }

  @Put('lunarcrush/:symbol')
  @HttpCode(204)
  @ApiOperation({ summary: "Sets figures of a coin in LunarCrush's list" })
  setSocial(@Param('symbol') symbol: string, @Body() values: SocialDto): void {
    this.simulator.lunarCrush.set(symbol, values);
  }

  @Post('faults')
  @ApiOperation({ summary: 'Sets a fault switch on a route; several on one route are taken in order' })
  addFault(@Body() { route, kind, times, latencyMs, fraction, message }: FaultDto) {
    return this.simulator.faults.add({
      route,
      kind,
      times: times === 0 ? null : (times ?? 1),
      latencyMs: latencyMs ?? null,
      fraction: fraction === undefined ? null : new Decimal(fraction),
      message: message ?? null,
    });
  }

  @Get('faults')
  @ApiOperation({ summary: 'The fault switches that still wait' })
  faults() {
    return this.simulator.faults.list();
  }

  @Delete('faults')
  @HttpCode(204)
  @ApiOperation({ summary: 'Clears all fault switches' })
  clearFaults(): void {
    this.simulator.faults.clear();
  }
}
