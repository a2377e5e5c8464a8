import { Access, ApiId, ApiProblems, ID } from '@maxxit/platform';
import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgentMetricsDto } from './agent-metrics.dto';
import { AgentDto, AgentPageDto, ChangeAgentDto, CreateAgentDto, SearchAgentsDto } from './agent.dto';
import { ChangeAgentService } from './change-agent.service';
import { CreateAgentService } from './create-agent.service';
import { ReadAgentsService } from './read-agents.service';
import { RoutingStatsDto } from './routing-stats.dto';
import { RoutingStatsService } from './routing-stats.service';

@ApiTags('agents')
@Controller('api/agents')
export class AgentsController {
  constructor(
    private readonly creating: CreateAgentService,
    private readonly reading: ReadAgentsService,
    private readonly changing: ChangeAgentService,
    private readonly routing: RoutingStatsService,
  ) {}

  @Post()
  @Access('user', { scope: 'agents:write' })
  @ApiOperation({
    summary: 'Create an agent',
    description:
      'It begins as a draft and makes signals once its state is changed to active. What is left out: riskPreset is moderate, maxLeverage 5, minScore -0.25, profitShare 0.',
  })
  @ApiCreatedResponse({ description: 'The agent, a draft', type: AgentDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'RESEARCH_INSTITUTE_NOT_FOUND'])
  createAgent(@Body() body: CreateAgentDto): Promise<AgentDto> {
    return this.creating.create(body);
  }

  @Get()
  @Access('public')
  @ApiOperation({
    summary: 'Search agents',
    description: 'All filters that are given have to match. Archived agents are only found with state=archived.',
  })
  @ApiOkResponse({ description: 'A page of agents', type: AgentPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR'])
  searchAgents(@Query() query: SearchAgentsDto): Promise<AgentPageDto> {
    return this.reading.search(query);
  }

  @Get(':id')
  @Access('public')
  @ApiId('The agent')
  @ApiOperation({ summary: 'Read an agent' })
  @ApiOkResponse({ description: 'The agent', type: AgentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  getAgent(@Param('id', ID) id: string): Promise<AgentDto> {
    return this.reading.get(id);
  }

  @Put(':id')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Change an agent',
    description:
      'Fields that are left out stay as they are. Signals that were already made keep what they were made with. Setting the state to archived does what deleting it does.',
  })
  @ApiOkResponse({ description: 'The agent as it is now', type: AgentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID'],
    [404, 'AGENT_NOT_FOUND'],
    [409, 'AGENT_ARCHIVED', 'INVALID_TRANSITION', 'STALE_STATE'],
  )
  changeAgent(@Param('id', ID) id: string, @Body() body: ChangeAgentDto): Promise<AgentDto> {
    return this.changing.change(id, body);
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
    return this.changing.archive(id);
  }

  @Get(':id/routing-stats')
  @Access('public')
  @ApiId('The agent')
  @ApiOperation({ summary: 'Where the orders of an agent went', description: 'Over the opening orders of all its deployments.' })
  @ApiOkResponse({ description: 'Figures by venue and by code', type: RoutingStatsDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  getRoutingStats(@Param('id', ID) id: string): Promise<RoutingStatsDto> {
    return this.routing.of(id);
  }

  @Get(':id/metrics')
  @Access('public')
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
}
