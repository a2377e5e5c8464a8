import { Access, ApiId, ApiProblems, CurrentUser, ID, walletOf, type SignedInUser } from '@maxxit/platform';
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeDeploymentService } from './change-deployment.service';
import { CreateDeploymentService } from './create-deployment.service';
import {
  AuthorisationsDto,
  ChangeDeploymentDto,
  CreateDeploymentDto,
  CreateVenueDeploymentDto,
  CreatedDeploymentDto,
  CreatedHyperliquidDeploymentDto,
  CreatedOstiumDeploymentDto,
  DeploymentDto,
  DeploymentPageDto,
  ListDeploymentsDto,
} from './deployment.dto';
import { ReadDeploymentsService } from './read-deployments.service';

const WHAT_CREATING_DOES =
  'The agent has to be active. Makes a key that may trade for the account and never withdraw, and answers with what the user has to sign; the private key is stored encrypted and shown to nobody. Activate the deployment with PUT once that is done. What is left out: maxOpenPositions is 5, maxDrawdown 0.25, cooldownMinutes 60.';

@ApiTags('deployments')
@Controller('api')
export class DeploymentsController {
  constructor(
    private readonly creating: CreateDeploymentService,
    private readonly reading: ReadDeploymentsService,
    private readonly changing: ChangeDeploymentService,
  ) {}

  @Post('deployments')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({ summary: 'Deploy an agent at one or several venues', description: WHAT_CREATING_DOES })
  @ApiCreatedResponse({ description: 'The deployment and what to sign for each venue', type: CreatedDeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'MANDATE_NOT_VALID'],
    [404, 'AGENT_NOT_FOUND'],
    [409, 'AGENT_NOT_ACTIVE', 'VENUE_NOT_OF_AGENT', 'VENUE_ACCOUNT_TAKEN'],
  )
  createDeployment(@CurrentUser() user: SignedInUser, @Body() body: CreateDeploymentDto): Promise<CreatedDeploymentDto> {
    return this.creating.create({ ...body, userWallet: walletOf(user, body.userWallet) });
  }

  @Post('hyperliquid/create-deployment')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({
    summary: "Deploy an agent on the user's own Hyperliquid account",
    description: `${WHAT_CREATING_DOES} Each deployment has an agent wallet of its own; Hyperliquid keeps three named ones for an account at most.`,
  })
  @ApiCreatedResponse({ description: 'The deployment and what to sign', type: CreatedHyperliquidDeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'MANDATE_NOT_VALID'],
    [404, 'AGENT_NOT_FOUND'],
    [409, 'AGENT_NOT_ACTIVE', 'VENUE_NOT_OF_AGENT', 'VENUE_ACCOUNT_TAKEN'],
  )
  async createHyperliquidDeployment(
    @CurrentUser() user: SignedInUser,
    @Body() body: CreateVenueDeploymentDto,
  ): Promise<CreatedHyperliquidDeploymentDto> {
    const userWallet = walletOf(user, body.userWallet);
    const created = await this.creating.create({ ...body, userWallet, venues: [{ venue: 'hyperliquid', address: userWallet }] });
    const authorisation = created.authorisations.find((entry) => entry.venue === 'hyperliquid')!;
    return { deployment: created.deployment, authorisation };
  }

  @Post('ostium/create-deployment')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({
    summary: "Deploy an agent on the user's own Ostium account",
    description: `${WHAT_CREATING_DOES} A trader has one delegate at Ostium, so all deployments of an account share one key and one allowance.`,
  })
  @ApiCreatedResponse({ description: 'The deployment and what to send', type: CreatedOstiumDeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'MANDATE_NOT_VALID'],
    [404, 'AGENT_NOT_FOUND'],
    [409, 'AGENT_NOT_ACTIVE', 'VENUE_NOT_OF_AGENT', 'VENUE_ACCOUNT_TAKEN'],
  )
  async createOstiumDeployment(
    @CurrentUser() user: SignedInUser,
    @Body() body: CreateVenueDeploymentDto,
  ): Promise<CreatedOstiumDeploymentDto> {
    const userWallet = walletOf(user, body.userWallet);
    const created = await this.creating.create({ ...body, userWallet, venues: [{ venue: 'ostium', address: userWallet }] });
    const authorisation = created.authorisations.find((entry) => entry.venue === 'ostium')!;
    return { deployment: created.deployment, authorisation };
  }

  @Get('deployments')
  @Access('user', { scope: 'deployments:read' })
  @ApiOperation({
    summary: "List one's deployments",
    description: 'The newest first; an admin sees those of all users. All filters that are given have to match.',
  })
  @ApiOkResponse({ description: 'A page of deployments', type: DeploymentPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR'])
  listDeployments(@CurrentUser() user: SignedInUser, @Query() query: ListDeploymentsDto): Promise<DeploymentPageDto> {
    return this.reading.list(query, user);
  }

  @Get('deployments/:id')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Read a deployment' })
  @ApiOkResponse({ description: 'The deployment', type: DeploymentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'])
  getDeployment(@Param('id', ID) id: string): Promise<DeploymentDto> {
    return this.reading.get(id);
  }

  @Put('deployments/:id')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Change the limits or the state of a deployment',
    description:
      'Fields that are left out stay as they are. The first activation asks the venues for the equity of the accounts, from which performance is counted; when one can not be asked the answer is 503 and nothing has changed. A deployment with open positions can not be closed (409 OPEN_POSITIONS): wind it down first.',
  })
  @ApiOkResponse({ description: 'The deployment as it is now', type: DeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', 'MANDATE_NOT_VALID'],
    [404, 'DEPLOYMENT_NOT_FOUND'],
    [
      409,
      'DEPLOYMENT_CLOSED',
      'INVALID_TRANSITION',
      'STALE_STATE',
      'OPEN_POSITIONS',
      'AGENT_ARCHIVED',
      'MANDATE_EXPIRED',
      'MANDATE_BEYOND_KEY',
      'ACCOUNT_NOT_FUNDED',
    ],
    502,
    503,
  )
  changeDeployment(@Param('id', ID) id: string, @Body() body: ChangeDeploymentDto): Promise<DeploymentDto> {
    return this.changing.change(id, body);
  }

  @Get('deployments/:id/authorisations')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'What the user has to sign',
    description: 'As it was answered on creation, with a fresh nonce and the present limits.',
  })
  @ApiOkResponse({ description: 'What to sign or send for each venue', type: AuthorisationsDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'DEPLOYMENT_CLOSED'])
  getAuthorisations(@Param('id', ID) id: string): Promise<AuthorisationsDto> {
    return this.reading.authorisations(id);
  }
}
