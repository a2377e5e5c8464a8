import type { Venue } from '@maxxit/domain';
import {
  Access,
  ApiId,
  ApiProblems,
  CurrentUser,
  ID,
  currentActor,
  walletOf,
  type SignedInUser,
  ApiVenueParam,
  VENUE,
} from '@maxxit/platform';
import { DeploymentAuthorisation } from '@maxxit/trading';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AUDIT_ACTOR } from '../audit-actor';
import { AuthorisationStatusDto } from './authorisation.dto';
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
  DeploymentChangesDto,
  DeploymentDto,
  DeploymentPageDto,
  EnableVenueDto,
  ListDeploymentsDto,
  WindDownDto,
  type AuthorisableVenue,
} from './deployment.dto';
import type { DeploymentRequest } from './mandate-terms';
import { MandateToSignDto } from './mandate.dto';
import { DeploymentPreviewDto } from './preview.dto';
import { PreviewDeploymentService } from './preview-deployment.service';
import { ReadDeploymentsService } from './read-deployments.service';

const WHAT_CREATING_DOES =
  'With dryRun it writes nothing and answers 200 with the mandate to sign, what the venues ask for, fees and the worst case. Without, the same fields with the nonce and the signature of that mandate create the deployment. The agent has to be active. The deployment gets a key that may trade for the account and never withdraw, and the answer has what the user has to sign or send at the venue; the private key is stored encrypted and shown to nobody. An account other than the wallet of the user is theirs once it has approved that key. The venue is asked every few seconds, and at once by POST /api/deployments/{id}/authorise: the deployment becomes active by its word. What is left out: maxOpenPositions is 5, maxDrawdown 0.25, cooldownMinutes 60.';

const PREVIEW = { description: 'With dryRun: what would happen; nothing was written', type: DeploymentPreviewDto };

const CREATING_PROBLEMS = [
  [400, 'VALIDATION_FAILED', 'SIGNATURE_MISSING'],
  [403, 'SIGNATURE_MISMATCH', 'WALLET_MISMATCH'],
  [404, 'AGENT_NOT_FOUND'],
  [
    409,
    'MANDATE_NOT_VALID',
    'VENUE_TWICE',
    'AGENT_NOT_ACTIVE',
    'MANIFEST_NOT_SIGNED',
    'VENUE_NOT_OF_AGENT',
    'VENUE_NOT_SERVED',
    'VENUE_ACCOUNT_TAKEN',
    'ACCOUNT_NOT_PROVABLE',
    'MANDATE_USED',
  ],
  [503, 'WALLET_POOL_EMPTY', 'WALLET_NOT_ASKED', 'KEY_SERVICE_UNAVAILABLE'],
] as const;

@ApiTags('deployments')
@Controller('api')
export class DeploymentsController {
  constructor(
    private readonly creating: CreateDeploymentService,
    private readonly previewing: PreviewDeploymentService,
    private readonly reading: ReadDeploymentsService,
    private readonly changing: ChangeDeploymentService,
    private readonly authorisation: DeploymentAuthorisation,
  ) {}

  @Post('deployments')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({ summary: 'Deploy an agent at one or several venues', description: WHAT_CREATING_DOES })
  @ApiOkResponse(PREVIEW)
  @ApiCreatedResponse({ description: 'The deployment and what to sign for each venue', type: CreatedDeploymentDto })
  @ApiProblems(...CREATING_PROBLEMS)
  createDeployment(
    @CurrentUser() user: SignedInUser,
    @Body() body: CreateDeploymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDeploymentDto | DeploymentPreviewDto> {
    const request = { ...body, userWallet: walletOf(user, body.userWallet) };
    return body.dryRun ? this.preview(request, reply) : this.creating.create(request);
  }

  @Post('hyperliquid/create-deployment')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({
    summary: "Deploy an agent on the user's own Hyperliquid account",
    description: `${WHAT_CREATING_DOES} Each deployment has an agent wallet of its own; Hyperliquid keeps three named ones for an account at most.`,
  })
  @ApiOkResponse(PREVIEW)
  @ApiCreatedResponse({ description: 'The deployment and what to sign', type: CreatedHyperliquidDeploymentDto })
  @ApiProblems(...CREATING_PROBLEMS)
  async createHyperliquidDeployment(
    @CurrentUser() user: SignedInUser,
    @Body() body: CreateVenueDeploymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedHyperliquidDeploymentDto | DeploymentPreviewDto> {
    const request = atVenue(user, body, 'hyperliquid');
    if (body.dryRun) return this.preview(request, reply);
    const created = await this.creating.create(request);
    const authorisation = created.authorisations.find((entry) => entry.venue === 'hyperliquid')!;
    return { deployment: created.deployment, authorisation };
  }

  @Post('ostium/create-deployment')
  @Access('user', { scope: 'deployments:write' })
  @ApiOperation({
    summary: "Deploy an agent on the user's own Ostium account",
    description: `${WHAT_CREATING_DOES} A trader has one delegate at Ostium, so all deployments of an account share one key and one allowance.`,
  })
  @ApiOkResponse(PREVIEW)
  @ApiCreatedResponse({ description: 'The deployment and what to send', type: CreatedOstiumDeploymentDto })
  @ApiProblems(...CREATING_PROBLEMS)
  async createOstiumDeployment(
    @CurrentUser() user: SignedInUser,
    @Body() body: CreateVenueDeploymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedOstiumDeploymentDto | DeploymentPreviewDto> {
    const request = atVenue(user, body, 'ostium');
    if (body.dryRun) return this.preview(request, reply);
    const created = await this.creating.create(request);
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
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
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

  @Post('deployments/:id/mandate')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'What to sign for other limits or further venues',
    description:
      "Stores nothing. Answers with the mandate of the present limits with the given ones in their place, for the agent's version that is in force now, and a new nonce.",
  })
  @ApiOkResponse({ description: 'The mandate and its typed data', type: MandateToSignDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID'],
    [404, 'DEPLOYMENT_NOT_FOUND'],
    [
      409,
      'MANDATE_NOT_VALID',
      'VENUE_TWICE',
      'DEPLOYMENT_CLOSED',
      'MANDATE_BEYOND_KEY',
      'MANIFEST_NOT_SIGNED',
      'VENUE_OF_DEPLOYMENT',
      'VENUE_NOT_OF_AGENT',
      'VENUE_NOT_SERVED',
      'DEPLOYMENT_WINDS_DOWN',
    ],
  )
  prepareMandate(@Param('id', ID) id: string, @Body() body: DeploymentChangesDto): Promise<MandateToSignDto> {
    return this.changing.prepareMandate(id, body);
  }

  @Put('deployments/:id')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Change the limits and sliders of a deployment, or add venues',
    description:
      'Fields that are left out stay as they are. maxNotionalUsd, maxLeverage, maxDailyLossUsd and mandateValidUntil beyond the mandate in force need the nonce and the signature of a new one, which then holds, for the version of the agent that is in force now. So do venues that are added: each gets an account and a key, GET /api/deployments/{id}/authorisations says what to sign there, and it takes part by its own word, with what the account holds counted as a deposit.',
  })
  @ApiOkResponse({ description: 'The deployment as it is now', type: DeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', 'SIGNATURE_MISSING'],
    [403, 'SIGNATURE_MISMATCH'],
    [404, 'DEPLOYMENT_NOT_FOUND'],
    [
      409,
      'MANDATE_NOT_VALID',
      'VENUE_TWICE',
      'DEPLOYMENT_CLOSED',
      'MANDATE_EXCEEDED',
      'MANDATE_USED',
      'MANDATE_BEYOND_KEY',
      'MANIFEST_NOT_SIGNED',
      'VENUE_OF_DEPLOYMENT',
      'VENUE_NOT_OF_AGENT',
      'VENUE_NOT_SERVED',
      'VENUE_ACCOUNT_TAKEN',
      'ACCOUNT_NOT_PROVABLE',
      'DEPLOYMENT_WINDS_DOWN',
      'STALE_STATE',
    ],
    [503, 'WALLET_POOL_EMPTY', 'WALLET_NOT_ASKED', 'KEY_SERVICE_UNAVAILABLE'],
  )
  changeDeployment(@Param('id', ID) id: string, @Body() body: ChangeDeploymentDto): Promise<DeploymentDto> {
    return this.changing.change(id, body);
  }

  @Get('deployments/:id/authorisations')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'What the user has to sign at the venues',
    description: 'As it was answered on creation, with a fresh nonce and the present limits.',
  })
  @ApiOkResponse({ description: 'What to sign or send for each venue', type: AuthorisationsDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'DEPLOYMENT_CLOSED'])
  getAuthorisations(@Param('id', ID) id: string): Promise<AuthorisationsDto> {
    return this.reading.authorisations(id);
  }

  @Get('deployments/:id/authorisation')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({ summary: 'How far the authorisation is', description: 'Each step at each venue, as the venue last said.' })
  @ApiOkResponse({ description: 'The state of each step', type: AuthorisationStatusDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'])
  getAuthorisationStatus(@Param('id', ID) id: string): Promise<AuthorisationStatusDto> {
    return this.reading.authorisationStatus(id);
  }

  @Post('deployments/:id/authorise')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Ask the venues about the authorisation now',
    description:
      'Otherwise they are asked every few seconds, and of a running deployment every quarter of an hour. Once nothing is missing the deployment becomes active, and performance is counted from what its accounts hold then. A running one that an enabled venue has taken its approval from is paused (APPROVAL_LOST), and resumed once it is there again. An account other than the wallet of the user may be named by several users, and belongs to the one whose key its holder approves: for the others this is 409 VENUE_ACCOUNT_TAKEN, and their deployment is closed, or goes on without the venue that was to be added. When a venue can not be asked the answer is 503 and nothing has changed.',
  })
  @ApiOkResponse({ description: 'The state of each step as it is now', type: AuthorisationStatusDto })
  @ApiProblems(
    [400, 'INVALID_ID'],
    [404, 'DEPLOYMENT_NOT_FOUND'],
    [409, 'VENUE_ACCOUNT_TAKEN', 'AGENT_ARCHIVED', 'MANDATE_EXPIRED', 'STALE_STATE'],
    502,
    [503, 'VENUE_UNAVAILABLE'],
  )
  async authoriseDeployment(@Param('id', ID) id: string): Promise<AuthorisationStatusDto> {
    await this.authorisation.authorise(id, currentActor(AUDIT_ACTOR));
    return this.reading.authorisationStatus(id);
  }

  @Post('deployments/:id/pause')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Pause a deployment',
    description: 'It opens nothing until it is resumed; open positions are watched and closed as before. Doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The paused deployment', type: DeploymentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'INVALID_TRANSITION', 'STALE_STATE'])
  pauseDeployment(@Param('id', ID) id: string): Promise<DeploymentDto> {
    return this.changing.pause(id);
  }

  @Post('deployments/:id/resume')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Resume a paused deployment',
    description:
      'Doing it again changes nothing. One whose approval was lost at a venue goes on by the word of that venue, and not by this.',
  })
  @ApiOkResponse({ description: 'The active deployment', type: DeploymentDto })
  @ApiProblems(
    [400, 'INVALID_ID'],
    [404, 'DEPLOYMENT_NOT_FOUND'],
    [409, 'INVALID_TRANSITION', 'MANDATE_EXPIRED', 'AGENT_ARCHIVED', 'APPROVAL_LOST', 'STALE_STATE'],
  )
  resumeDeployment(@Param('id', ID) id: string): Promise<DeploymentDto> {
    return this.changing.resume(id);
  }

  @Post('deployments/:id/wind-down')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Wind a deployment down',
    description:
      'It opens nothing more, for good. With flatten (the default) open positions are closed at once, otherwise each when one of its own exits is due. Asking again with flatten closes what is still open. Once nothing is, the deployment is closed within seconds.',
  })
  @ApiOkResponse({ description: 'The deployment, winding down', type: DeploymentDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'INVALID_TRANSITION', 'STALE_STATE'])
  windDownDeployment(@Param('id', ID) id: string, @Body() { flatten = true }: WindDownDto): Promise<DeploymentDto> {
    return this.changing.windDown(id, flatten);
  }

  @Post('deployments/:id/close')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @HttpCode(200)
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'Close a deployment',
    description:
      'One that winds down or never became active. With open positions it is 409 OPEN_POSITIONS: wind it down first. Its keys are revoked, unless they trade for another deployment. Final; doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The closed deployment', type: DeploymentDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'OPEN_POSITIONS', 'INVALID_TRANSITION', 'STALE_STATE'])
  closeDeployment(@Param('id', ID) id: string): Promise<DeploymentDto> {
    return this.changing.close(id);
  }

  @Put('deployments/:id/venues/:venue')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  @ApiId('The deployment')
  @ApiVenueParam('One of the venues of its mandate')
  @ApiOperation({
    summary: 'Enable or disable a venue',
    description: 'No order is routed to a disabled venue; positions that are open there are watched and closed as before.',
  })
  @ApiOkResponse({ description: 'The deployment as it is now', type: DeploymentDto })
  @ApiProblems(
    [400, 'VALIDATION_FAILED', 'INVALID_ID', 'INVALID_VENUE'],
    [404, 'DEPLOYMENT_NOT_FOUND', 'VENUE_NOT_OF_DEPLOYMENT'],
    [409, 'DEPLOYMENT_CLOSED', 'STALE_STATE'],
  )
  enableVenue(
    @Param('id', ID) id: string,
    @Param('venue', VENUE) venue: Venue,
    @Body() { enabled }: EnableVenueDto,
  ): Promise<DeploymentDto> {
    return this.changing.enableVenue(id, venue, enabled);
  }

  private preview(request: DeploymentRequest, reply: FastifyReply): Promise<DeploymentPreviewDto> {
    void reply.status(200);
    return this.previewing.preview(request);
  }
}

/** The user's wallet is the account at the venue. */
function atVenue(user: SignedInUser, body: CreateVenueDeploymentDto, venue: AuthorisableVenue): DeploymentRequest {
  const userWallet = walletOf(user, body.userWallet);
  return { ...body, userWallet, venues: [{ venue, address: userWallet }] };
}
