import { InvalidRequestError } from '@maxxit/domain';
import { Access, ApiId, ApiProblems, CurrentUser, ID, PageQueryDto, UserIfAny, walletOf, type SignedInUser } from '@maxxit/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseIntPipe, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AgentMetricsDto } from './agent-metrics.dto';
import { AgentPerformanceDto, PerformanceQueryDto } from './performance.dto';
import { PerformanceService } from './performance.service';
import { AgentChangesDto, AgentDto, AgentPageDto, AgentTermsDto, ChangeAgentDto, CreateAgentDto, SearchAgentsDto } from './agent.dto';
import { ChangeAgentService } from './change-agent.service';
import { CreateAgentService } from './create-agent.service';
import { AgentVersionDto, AgentVersionPageDto, ManifestToSignDto } from './manifest.dto';
import { ReadAgentsService } from './read-agents.service';
import { RoutingStatsDto } from './routing-stats.dto';
import { RoutingStatsService } from './routing-stats.service';
import { AgentPositionPageDto, AgentSignalPageDto, ListAgentPositionsDto, ListAgentSignalsDto } from './track-record.dto';
import { TrackRecordService } from './track-record.service';

/** A version in a path. */
const VERSION = new ParseIntPipe({
  exceptionFactory: () => new InvalidRequestError('INVALID_VERSION', 'The version in the path is not a number like 1.'),
});

@ApiTags('agents')
@Controller('api/agents')
export class AgentsController {
  constructor(
    private readonly creating: CreateAgentService,
    private readonly reading: ReadAgentsService,
    private readonly changing: ChangeAgentService,
    private readonly routing: RoutingStatsService,
    private readonly performing: PerformanceService,
    private readonly record: TrackRecordService,
  ) {}

  @Post('manifest')
  @Access('user', { scope: 'agents:write' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'What to sign to create an agent',
    description:
      'Stores nothing. Answers with the manifest of these terms and its EIP-712 typed data for the wallet of the creator, valid for a day. What is left out: riskPreset is moderate, maxLeverage 5, minScore -0.25, profitShare 0, weights 50.',
  })
  @ApiOkResponse({ description: 'The manifest and its typed data', type: ManifestToSignDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [403, 'WALLET_MISMATCH'], [404, 'RESEARCH_INSTITUTE_NOT_FOUND'], [409, 'SOURCE_TWICE'])
  prepareAgent(@CurrentUser() user: SignedInUser, @Body() body: AgentTermsDto): Promise<ManifestToSignDto> {
    return this.creating.prepare({ ...body, creatorAddress: walletOf(user, body.creatorAddress) });
  }

  @Post()
  @Access('user', { scope: 'agents:write' })
  @ApiOperation({
    summary: 'Create an agent with a signed manifest',
    description:
      'Takes the terms that POST /api/agents/manifest was asked for, its agentId, and the signature of its typed data. The agent begins as a draft and makes signals once it is published. The signature is verified and not kept.',
  })
  @ApiCreatedResponse({ description: 'The agent, a draft', type: AgentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED'],
    [403, 'SIGNATURE_MISMATCH', 'WALLET_MISMATCH'],
    [404, 'RESEARCH_INSTITUTE_NOT_FOUND'],
    [409, 'AGENT_EXISTS', 'MANIFEST_EXPIRED', 'SOURCE_TWICE'],
    [503, 'WALLET_NOT_ASKED'],
  )
  createAgent(@CurrentUser() user: SignedInUser, @Body() body: CreateAgentDto): Promise<AgentDto> {
    return this.creating.create({ ...body, creatorAddress: walletOf(user, body.creatorAddress) });
  }

  @Get()
  @Access('open', { scope: 'agents:read' })
  @ApiOperation({
    summary: 'Search agents',
    description:
      'All filters that are given have to match. Archived agents are only found with state=archived. Agents that were never published are found by their creators, when these send their credentials.',
  })
  @ApiOkResponse({ description: 'A page of agents', type: AgentPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  searchAgents(@UserIfAny() user: SignedInUser | null, @Query() query: SearchAgentsDto): Promise<AgentPageDto> {
    return this.reading.search(query, user);
  }

  @Get(':id')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Read an agent',
    description: 'One that was never published is there for its creator only, here and on all routes below it.',
  })
  @ApiOkResponse({ description: 'The agent', type: AgentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  getAgent(@Param('id', ID) id: string): Promise<AgentDto> {
    return this.reading.get(id);
  }

  @Post(':id/manifest')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(200)
  @ApiId('The agent')
  @ApiOperation({
    summary: 'What to sign to change an agent',
    description:
      'Stores nothing. Answers with the manifest of the next version: the terms as they are, with the given ones in their place. accounts and institutes take the place of all that are followed. An empty body gives the present terms.',
  })
  @ApiOkResponse({ description: 'The manifest and its typed data', type: ManifestToSignDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID'],
    [404, 'AGENT_NOT_FOUND', 'RESEARCH_INSTITUTE_NOT_FOUND'],
    [409, 'AGENT_ARCHIVED', 'SOURCE_TWICE'],
  )
  prepareAgentChange(@Param('id', ID) id: string, @Body() body: AgentChangesDto): Promise<ManifestToSignDto> {
    return this.changing.prepare(id, body);
  }

  @Put(':id')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Change the terms of an agent',
    description:
      'Fields that are left out stay as they are. The outcome is a new version, signed by the creator (POST /api/agents/{id}/manifest says what to sign). Signals that were made, and deployments whose users signed an earlier version, keep that.',
  })
  @ApiOkResponse({ description: 'The agent as it is now', type: AgentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID'],
    [403, 'SIGNATURE_MISMATCH'],
    [404, 'AGENT_NOT_FOUND', 'RESEARCH_INSTITUTE_NOT_FOUND'],
    [409, 'AGENT_ARCHIVED', 'SOURCE_TWICE', 'STALE_STATE'],
    [503, 'WALLET_NOT_ASKED'],
  )
  changeAgent(@Param('id', ID) id: string, @Body() body: ChangeAgentDto): Promise<AgentDto> {
    return this.changing.change(id, body);
  }

  @Post(':id/publish')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(200)
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Publish an agent, or take up a paused one again',
    description: 'From now on it makes signals and can be deployed. Doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The active agent', type: AgentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'], [409, 'MANIFEST_NOT_SIGNED', 'INVALID_TRANSITION', 'STALE_STATE'])
  publishAgent(@Param('id', ID) id: string): Promise<AgentDto> {
    return this.changing.become(id, 'active');
  }

  @Post(':id/pause')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(200)
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Pause an agent',
    description:
      'It makes no signals until it is published again; open positions of its deployments are watched and closed as before. Doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The paused agent', type: AgentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'], [409, 'INVALID_TRANSITION', 'STALE_STATE'])
  pauseAgent(@Param('id', ID) id: string): Promise<AgentDto> {
    return this.changing.become(id, 'paused');
  }

  @Delete(':id')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Archive an agent',
    description:
      'It is kept with its history and makes no more signals. Its active and paused deployments wind down: they open nothing more and their open positions are closed. Final; doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The archived agent', type: AgentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'], [409, 'STALE_STATE'])
  archiveAgent(@Param('id', ID) id: string): Promise<AgentDto> {
    return this.changing.become(id, 'archived');
  }

  @Get(':id/versions')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'The signed versions of an agent', description: 'The latest first.' })
  @ApiOkResponse({ description: 'A page of versions', type: AgentVersionPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'AGENT_NOT_FOUND'])
  listAgentVersions(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<AgentVersionPageDto> {
    return this.reading.versions(id, query);
  }

  @Get(':id/versions/:version')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiParam({ name: 'version', schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 }, description: '1, 2, ...' })
  @ApiOperation({ summary: 'Read a signed version of an agent' })
  @ApiOkResponse({ description: 'The version', type: AgentVersionDto })
  @ApiProblems([400, 'INVALID_ID', 'INVALID_VERSION'], [404, 'AGENT_NOT_FOUND', 'VERSION_NOT_FOUND'])
  getAgentVersion(@Param('id', ID) id: string, @Param('version', VERSION) version: number): Promise<AgentVersionDto> {
    return this.reading.version(id, version);
  }

  @Get(':id/routing-stats')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'Where the orders of an agent went', description: 'Over the opening orders of all its deployments.' })
  @ApiOkResponse({ description: 'Figures by venue and by code', type: RoutingStatsDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  getRoutingStats(@Param('id', ID) id: string): Promise<RoutingStatsDto> {
    return this.routing.of(id);
  }

  @Get(':id/metrics')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'How an agent has performed',
    description: '404 METRICS_NOT_COMPUTED until it has been measured for the first time.',
  })
  @ApiOkResponse({ description: 'The figures, and why some are missing', type: AgentMetricsDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND', 'METRICS_NOT_COMPUTED'])
  getAgentMetrics(@Param('id', ID) id: string): Promise<AgentMetricsDto> {
    return this.reading.metrics(id);
  }

  @Get(':id/performance')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'The equity curve of an agent',
    description:
      'Day by day: the composite of all its deployments, weighed by their equity, with what is open at its mark price; deposits are no gain. Beside it the same by venue, and the median of what those made who deployed it.',
  })
  @ApiOkResponse({ description: 'The curve with its figures', type: AgentPerformanceDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  getAgentPerformance(@Param('id', ID) id: string, @Query() { window }: PerformanceQueryDto): Promise<AgentPerformanceDto> {
    return this.performing.of(id, window);
  }

  @Get(':id/positions')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'What an agent trades and has traded',
    description:
      'The positions of all its deployments, taken together by signal and venue, those of the newest signal first: no users, no sizes, prices and times rounded, so that nobody can be found by them.',
  })
  @ApiOkResponse({ description: 'A page of positions', type: AgentPositionPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'AGENT_NOT_FOUND'])
  listAgentPositions(@Param('id', ID) id: string, @Query() query: ListAgentPositionsDto): Promise<AgentPositionPageDto> {
    return this.record.positions(id, query);
  }

  @Get(':id/signals')
  @Access('open', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'What an agent has decided to trade',
    description:
      'The newest first. A signal is shown once it has expired, after ten minutes as a rule; those who are signed in see it at once at the signal API, with its evidence.',
  })
  @ApiOkResponse({ description: 'A page of signals', type: AgentSignalPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'AGENT_NOT_FOUND'])
  listAgentSignals(@Param('id', ID) id: string, @Query() query: ListAgentSignalsDto): Promise<AgentSignalPageDto> {
    return this.record.signals(id, query);
  }
}
