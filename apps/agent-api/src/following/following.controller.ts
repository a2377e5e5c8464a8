import { Access, ApiId, ApiProblems, ID, PageQueryDto } from '@maxxit/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AgentAccountDto, AgentAccountPageDto, FollowAccountDto, USERNAME, WeighSourceDto } from './agent-account.dto';
import { AgentAccountsService } from './agent-accounts.service';
import { AgentInstitutesService } from './agent-institutes.service';
import { ApiManifestSignature, ManifestSignature } from './manifest-signature';
import { AgentInstituteDto, AgentInstitutePageDto, FollowInstituteDto } from './research-institute.dto';

const NO_SIGNATURE = 'INVALID_SIGNATURE';
const NOT_SIGNED = [403, 'SIGNATURE_MISMATCH'] as const;
const CHANGE_CODES = ['TOO_MANY_SOURCES', 'AGENT_ARCHIVED', 'STALE_STATE'] as const;
const IS_A_CHANGE =
  'A change of terms: it makes a new version, whose manifest (POST /api/agents/{id}/manifest with the list as it is to be) the creator signs.';

const USERNAME_IN_PATH = {
  name: 'username',
  description: 'The X name, with or without @, in any case',
  schema: { type: 'string' as const, pattern: USERNAME },
  example: 'some_analyst',
};

@ApiTags('following')
@Controller('api/agents/:id')
export class FollowingController {
  constructor(
    private readonly accounts: AgentAccountsService,
    private readonly institutes: AgentInstitutesService,
  ) {}

  @Get('accounts')
  @Access('user', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'X accounts that an agent follows', description: 'The last followed first.' })
  @ApiOkResponse({ description: 'A page of X accounts', type: AgentAccountPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'AGENT_NOT_FOUND'])
  listAgentAccounts(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<AgentAccountPageDto> {
    return this.accounts.list(id, query);
  }

  @Post('accounts')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Follow an X account',
    description: `Its posts from now on are read. ${IS_A_CHANGE}`,
  })
  @ApiCreatedResponse({ description: 'Followed', type: AgentAccountDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND'],
    [409, 'ALREADY_FOLLOWED', ...CHANGE_CODES],
  )
  followAccount(
    @Param('id', ID) id: string,
    @Body() body: FollowAccountDto,
    @ManifestSignature() signature: string,
  ): Promise<AgentAccountDto> {
    return this.accounts.follow(id, body, signature);
  }

  @Put('accounts/:username')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiParam(USERNAME_IN_PATH)
  @ApiOperation({ summary: 'Give a followed X account another weight', description: IS_A_CHANGE })
  @ApiOkResponse({ description: 'The X account with its weight', type: AgentAccountDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND', 'ACCOUNT_NOT_FOLLOWED'],
    [409, ...CHANGE_CODES],
    [503, 'WALLET_NOT_ASKED'],
  )
  weighAccount(
    @Param('id', ID) id: string,
    @Param('username') username: string,
    @Body() { weight }: WeighSourceDto,
    @ManifestSignature() signature: string,
  ): Promise<AgentAccountDto> {
    return this.accounts.weigh(id, username, weight, signature);
  }

  @Delete('accounts/:username')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(204)
  @ApiId('The agent')
  @ApiParam(USERNAME_IN_PATH)
  @ApiOperation({ summary: 'Stop following an X account', description: IS_A_CHANGE })
  @ApiNoContentResponse({ description: 'No longer followed' })
  @ApiProblems(
    [400, 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND', 'ACCOUNT_NOT_FOLLOWED'],
    [409, ...CHANGE_CODES],
    [503, 'WALLET_NOT_ASKED'],
  )
  unfollowAccount(@Param('id', ID) id: string, @Param('username') username: string, @ManifestSignature() signature: string): Promise<void> {
    return this.accounts.unfollow(id, username, signature);
  }

  @Get('research-institutes')
  @Access('user', { of: 'agent', scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'Research institutes that an agent follows', description: 'The last followed first.' })
  @ApiOkResponse({ description: 'A page of research institutes', type: AgentInstitutePageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'AGENT_NOT_FOUND'])
  listAgentInstitutes(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<AgentInstitutePageDto> {
    return this.institutes.list(id, query);
  }

  @Post('research-institutes')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'Follow a research institute', description: IS_A_CHANGE })
  @ApiCreatedResponse({ description: 'Followed', type: AgentInstituteDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND', 'RESEARCH_INSTITUTE_NOT_FOUND'],
    [409, 'ALREADY_FOLLOWED', ...CHANGE_CODES],
  )
  followInstitute(
    @Param('id', ID) id: string,
    @Body() body: FollowInstituteDto,
    @ManifestSignature() signature: string,
  ): Promise<AgentInstituteDto> {
    return this.institutes.follow(id, body, signature);
  }

  @Put('research-institutes/:instituteId')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiId('The research institute', 'instituteId')
  @ApiOperation({ summary: 'Give a followed research institute another weight', description: IS_A_CHANGE })
  @ApiOkResponse({ description: 'The research institute with its weight', type: AgentInstituteDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND', 'INSTITUTE_NOT_FOLLOWED'],
    [409, ...CHANGE_CODES],
    [503, 'WALLET_NOT_ASKED'],
  )
  weighInstitute(
    @Param('id', ID) id: string,
    @Param('instituteId', ID) instituteId: string,
    @Body() { weight }: WeighSourceDto,
    @ManifestSignature() signature: string,
  ): Promise<AgentInstituteDto> {
    return this.institutes.weigh(id, instituteId, weight, signature);
  }

  @Delete('research-institutes/:instituteId')
  @ApiManifestSignature()
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(204)
  @ApiId('The agent')
  @ApiId('The research institute', 'instituteId')
  @ApiOperation({ summary: 'Stop following a research institute', description: IS_A_CHANGE })
  @ApiNoContentResponse({ description: 'No longer followed' })
  @ApiProblems(
    [400, 'INVALID_ID', NO_SIGNATURE],
    NOT_SIGNED,
    [404, 'AGENT_NOT_FOUND', 'INSTITUTE_NOT_FOLLOWED'],
    [409, ...CHANGE_CODES],
    [503, 'WALLET_NOT_ASKED'],
  )
  unfollowInstitute(
    @Param('id', ID) id: string,
    @Param('instituteId', ID) instituteId: string,
    @ManifestSignature() signature: string,
  ): Promise<void> {
    return this.institutes.unfollow(id, instituteId, signature);
  }
}
