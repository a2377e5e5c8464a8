import { Access, ApiId, ApiProblems, ID, PageQueryDto } from '@maxxit/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AgentAccountDto, AgentAccountPageDto, FollowAccountDto } from './agent-account.dto';
import { AgentAccountsService } from './agent-accounts.service';
import { AgentInstitutesService } from './agent-institutes.service';
import { AgentInstituteDto, AgentInstitutePageDto, FollowInstituteDto } from './research-institute.dto';

@ApiTags('following')
@Controller('api/agents/:id')
export class FollowingController {
  constructor(
    private readonly accounts: AgentAccountsService,
    private readonly institutes: AgentInstitutesService,
  ) {}

  @Get('accounts')
  @Access('user', { scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'X accounts that an agent follows', description: 'The last followed first.' })
  @ApiOkResponse({ description: 'A page of X accounts', type: AgentAccountPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR', 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  listAgentAccounts(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<AgentAccountPageDto> {
    return this.accounts.list(id, query);
  }

  @Post('accounts')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({
    summary: 'Follow an X account',
    description: 'Its posts from now on are read. 409 ALREADY_FOLLOWED if it is followed already.',
  })
  @ApiCreatedResponse({ description: 'Followed', type: AgentAccountDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'], [409, 'ALREADY_FOLLOWED', 'AGENT_ARCHIVED'])
  followAccount(@Param('id', ID) id: string, @Body() body: FollowAccountDto): Promise<AgentAccountDto> {
    return this.accounts.follow(id, body);
  }

  @Delete('accounts/:username')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(204)
  @ApiId('The agent')
  @ApiParam({ name: 'username', description: 'The X name, with or without @, in any case', example: 'some_analyst' })
  @ApiOperation({ summary: 'Stop following an X account' })
  @ApiNoContentResponse({ description: 'No longer followed' })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND', 'ACCOUNT_NOT_FOLLOWED'], [409, 'AGENT_ARCHIVED'])
  unfollowAccount(@Param('id', ID) id: string, @Param('username') username: string): Promise<void> {
    return this.accounts.unfollow(id, username);
  }

  @Get('research-institutes')
  @Access('user', { scope: 'agents:read' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'Research institutes that an agent follows', description: 'The last followed first.' })
  @ApiOkResponse({ description: 'A page of research institutes', type: AgentInstitutePageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR', 'INVALID_ID'], [404, 'AGENT_NOT_FOUND'])
  listAgentInstitutes(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<AgentInstitutePageDto> {
    return this.institutes.list(id, query);
  }

  @Post('research-institutes')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @ApiId('The agent')
  @ApiOperation({ summary: 'Follow a research institute', description: '409 ALREADY_FOLLOWED if it is followed already.' })
  @ApiCreatedResponse({ description: 'Followed', type: AgentInstituteDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID'],
    [404, 'AGENT_NOT_FOUND', 'RESEARCH_INSTITUTE_NOT_FOUND'],
    [409, 'ALREADY_FOLLOWED', 'AGENT_ARCHIVED'],
  )
  followInstitute(@Param('id', ID) id: string, @Body() body: FollowInstituteDto): Promise<AgentInstituteDto> {
    return this.institutes.follow(id, body);
  }

  @Delete('research-institutes/:instituteId')
  @Access('creator', { of: 'agent', scope: 'agents:write' })
  @HttpCode(204)
  @ApiId('The agent')
  @ApiId('The research institute', 'instituteId')
  @ApiOperation({ summary: 'Stop following a research institute' })
  @ApiNoContentResponse({ description: 'No longer followed' })
  @ApiProblems([400, 'INVALID_ID'], [404, 'AGENT_NOT_FOUND', 'INSTITUTE_NOT_FOLLOWED'], [409, 'AGENT_ARCHIVED'])
  unfollowInstitute(@Param('id', ID) id: string, @Param('instituteId', ID) instituteId: string): Promise<void> {
    return this.institutes.unfollow(id, instituteId);
  }
}
