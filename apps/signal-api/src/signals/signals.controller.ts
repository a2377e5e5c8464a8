import { Access, ApiId, ApiProblems, CurrentUser, ID, type SignedInUser } from '@maxxit/platform';
import { SignalsService } from '@maxxit/signals';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GenerateSignalDto, GeneratedSignalsDto } from './generate-signal.dto';
import { ReadSignalsService } from './read-signals.service';
import { ListResearchSignalsDto, ListSignalsDto, ResearchSignalPageDto, SignalDetailDto, SignalPageDto } from './signal.dto';

@ApiTags('signals')
@Controller('api/signals')
export class SignalsController {
  constructor(
    private readonly reading: ReadSignalsService,
    private readonly signals: SignalsService,
  ) {}

  @Get()
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({ summary: 'List signals', description: 'The newest first. All filters that are given have to match.' })
  @ApiOkResponse({ description: 'A page of signals', type: SignalPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listSignals(@Query() query: ListSignalsDto): Promise<SignalPageDto> {
    return this.reading.list(query);
  }

  @Post('generate')
  @Access('creator', { of: 'agent', field: 'agentId', optional: true, scope: 'signals:write' })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make signals of a text, or of what the sources of an agent published lately',
    description:
      'Reads the text as a post of a source that the agent trusts fully, and does what would be done with one: signals, and an opening order for each active deployment. Without a text, what the sources of the agent published and is young enough to trade is read again for this agent; without an agent, the text is only read and scored. Answers with the whole reasoning; no call in the text is no error. 503 PRICE_UNAVAILABLE when no venue could be asked for a price.',
  })
  @ApiOkResponse({ description: 'What was read and decided', type: GeneratedSignalsDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'NOTHING_TO_READ'], [404, 'AGENT_NOT_FOUND'], [409, 'AGENT_NOT_ACTIVE'], 502, [
    503,
    'PRICE_UNAVAILABLE',
  ])
  async generateSignals(@Body() { agentId, text, dryRun = false }: GenerateSignalDto): Promise<GeneratedSignalsDto> {
    return GeneratedSignalsDto.of(await this.signals.generate({ agentId: agentId ?? null, text: text ?? null, dryRun }));
  }

  @Get('research')
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({ summary: 'List signals that research reports made', description: 'The newest first, each with its report.' })
  @ApiOkResponse({ description: 'A page of signals with their reports', type: ResearchSignalPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listResearchSignals(@Query() query: ListResearchSignalsDto): Promise<ResearchSignalPageDto> {
    return this.reading.research(query);
  }

  @Get(':id')
  @Access('user', { scope: 'signals:read' })
  @ApiId('The signal')
  @ApiOperation({
    summary: "Read a signal with its evidence and one's own orders",
    description: 'Of its orders only those of the caller; an admin sees all.',
  })
  @ApiOkResponse({ description: 'The signal', type: SignalDetailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'SIGNAL_NOT_FOUND'])
  getSignal(@CurrentUser() user: SignedInUser, @Param('id', ID) id: string): Promise<SignalDetailDto> {
    return this.reading.get(id, user);
  }
}
