import {
  accountTaken,
  type AgentEntity,
  isTakenBySomebodyElse,
  UserEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  walletsAvailable,
} from '@maxxit/database';
import {
  CLOCK,
  Decimal,
  DomainError,
  isOutsideVenue,
  sum,
  type Clock,
  type GasFunds,
  type VenueAuthorisation,
  type VenueMarket,
} from '@maxxit/domain';
import { decimalText } from '@maxxit/platform';
import { VenueRegistry } from '@maxxit/venues';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, Not } from 'typeorm';
import { gasTransfer, hyperliquidAuthorisation, ostiumAuthorisation } from './authorisation';
import { AuthorisationsService, notProvable } from './authorisations.service';
import { AUTHORISATION_SETTINGS, type AuthorisationSettings } from './authorisation.settings';
import type { DeploymentVenueRequestDto } from './deployment.dto';
import { findAgentFor } from './find-agent';
import { limitColumns } from './limits';
import { mandateTerms, type DeploymentRequest } from './mandate-terms';
import { MandatesService } from './mandates.service';
import { feesAt, worstCase } from './preview';
import type { DeploymentPreviewDto, PreviewCheckDto, RequiredApprovalDto, VenueFeesDto } from './preview.dto';

/** What a deployment has that says nothing else, as its column has it. */
const DEFAULT_MAX_DRAWDOWN = new Decimal('0.25');

/** Stands for an address that is only known once the deployment exists, where one has to be encoded to learn the rest. */
const NO_ADDRESS = '0x0000000000000000000000000000000000000000';

const NO_TRANSACTION = { chainId: null, to: null, valueWei: null, data: null };

/** Checks that creating would be refused for; others only keep the deployment from becoming active. */
const REFUSING = [
  'AGENT_NOT_ACTIVE',
  'VENUE_NOT_OF_AGENT',
  'VENUE_NOT_SERVED',
  'VENUE_ACCOUNT_TAKEN',
  'ACCOUNT_NOT_PROVABLE',
  'WALLET_POOL_EMPTY',
];

/** What was found out about one of the venues; null: it could not be asked. */
interface VenueView {
  entry: DeploymentVenueRequestDto;
  isTaken: boolean;
  isProvable: boolean | null;
  delegate: string | null;
  equityUsd: Decimal | null;
  markets: VenueMarket[] | null;
  word: VenueAuthorisation | null;
  gas: GasFunds | null;
}

@Injectable()
export class PreviewDeploymentService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly venues: VenueRegistry,
    private readonly mandates: MandatesService,
    private readonly authorisations: AuthorisationsService,
    @Inject(AUTHORISATION_SETTINGS) private readonly settings: AuthorisationSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * What creating this deployment would do, and what it may cost; writes nothing. A venue that can't be asked leaves what depends on it
   * null. Throws ConflictError MANDATE_NOT_VALID, VENUE_TWICE, NotFoundError AGENT_NOT_FOUND, ConflictError MANIFEST_NOT_SIGNED.
   */
  async preview(request: DeploymentRequest): Promise<DeploymentPreviewDto> {
    const { manager } = this.dataSource;
    const now = this.clock.now();
    const terms = mandateTerms(request, now);
    const agent = await findAgentFor(manager, request.agentId, request.userWallet);
    const toSign = await this.mandates.prepare(manager, agent, terms);
    const user = await manager.findOneBy(UserEntity, { walletAddress: request.userWallet });
    const views = await Promise.all(request.venues.map((entry) => this.look(entry, user?.id, request.userWallet)));

    const needed = views.filter(({ delegate }) => delegate === null).length;
    const available = await walletsAvailable(this.dataSource);
    const checks: PreviewCheckDto[] = [
      {
        code: 'AGENT_NOT_ACTIVE',
        venue: null,
        passed: agent.state === 'active',
        detail: `The agent is ${agent.state}; only active agents can be deployed.`,
      },
      {
        code: 'WALLET_POOL_EMPTY',
        venue: null,
        passed: available >= needed,
        detail: needed === 0 ? 'No new key is needed.' : `${available >= needed ? 'Keys are' : 'No key is'} ready to be handed out.`,
      },
      ...views.flatMap((view) => venueChecks(view, agent, this.venues.has(view.entry.venue))),
    ];
    const fees = views.flatMap<VenueFeesDto>(({ entry, markets }) => feesAt(entry.venue, markets ?? [], terms.maxNotionalUsd) ?? []);
    const equities = views.map(({ equityUsd }) => equityUsd);
    const equityUsd = equities.every((equity) => equity !== null) ? sum(equities) : null;
    const maxDrawdown = limitColumns(request, now).maxDrawdown ?? DEFAULT_MAX_DRAWDOWN;
    return {
      dryRun: true,
      toSign,
      creatable: checks.every(({ code, passed }) => passed !== false || !REFUSING.includes(code)),
      checks,
      approvals: views.flatMap((view) => this.approvals(view, terms.maxNotionalUsd, terms.mandateValidUntil, now)),
      fees,
      profitShare: decimalText(agent.profitShare),
      worstCase: worstCase({ ...terms, maxDrawdown }, fees, equityUsd),
    };
  }

  private async look(entry: DeploymentVenueRequestDto, userId: string | undefined, wallet: string): Promise<VenueView> {
    const { manager } = this.dataSource;
    const { venue, address } = entry;
    const account = userId === undefined ? null : await manager.findOneBy(VenueAccountEntity, { userId, venue, address });
    const isTaken = await isTakenBySomebodyElse(manager, venue, address, userId);
    // A trader has one delegate at Ostium, which deployments share; at Hyperliquid each gets a key of its own.
    const shared =
      account && entry.venue === 'ostium'
        ? await manager.findOneBy(VenueKeyEntity, { venueAccountId: account.id, state: Not('revoked') })
        : null;
    const view = { entry, isTaken, isProvable: this.authorisations.isProvable(wallet, entry), delegate: shared?.address ?? null };
    if (!this.venues.has(entry.venue)) return { ...view, equityUsd: null, markets: null, word: null, gas: null };
    const adapter = this.venues.get(entry.venue);
    const [state, markets, word, gas] = await Promise.all([
      orNull(adapter.account({ address: entry.address, keyId: '' })),
      orNull(adapter.markets()),
      shared && adapter.authorisation ? orNull(adapter.authorisation(entry.address, shared.address)) : null,
      this.authorisations.gasFunds(venue, view.delegate),
    ]);
    return { ...view, equityUsd: state?.equityUsd ?? null, markets, word, gas };
  }

  private approvals(
    { entry: { venue, address }, delegate, word, gas }: VenueView,
    maxNotionalUsd: Decimal,
    validUntil: Date,
    now: Date,
  ): RequiredApprovalDto[] {
    if (venue === 'hyperliquid') {
      const approval = { accountAddress: address, agentAddress: NO_ADDRESS, deploymentId: NO_ADDRESS, validUntil };
      const { typedData } = hyperliquidAuthorisation(this.settings.HYPERLIQUID_NETWORK, approval, now);
      const message = { ...typedData.message, agentAddress: null, agentName: null, nonce: null };
      const purpose = `Let a key of this deployment trade for ${address} until ${validUntil.toISOString()}; it can't withdraw.`;
      return [{ venue, step: 'approve_agent', purpose, typedData: { ...typedData, message }, ...NO_TRANSACTION }];
    }
    if (venue !== 'ostium') {
      const guide = this.authorisations.guideOf(venue);
      return guide === null ? [] : [{ venue, step: 'approve_agent', purpose: guide, typedData: null, ...NO_TRANSACTION }];
    }
    const { calls, chainId } = ostiumAuthorisation(this.settings, {
      accountAddress: address,
      delegateAddress: delegate ?? NO_ADDRESS,
      capUsd: maxNotionalUsd,
    });
    if (gas?.isLow) calls.push(gasTransfer(delegate ?? NO_ADDRESS, gas.topUpWei));
    return calls.flatMap((call): RequiredApprovalDto[] => {
      const required = { venue, typedData: null, chainId, ...call };
      if (call.step === 'set_delegate' && word && !word.missing.includes(call.step)) return [];
      if (delegate !== null || call.step === 'approve_allowance') return [required];
      return call.step === 'set_delegate'
        ? [{ ...required, purpose: "Let a key of ours trade for this account; it can't withdraw.", data: null }]
        : [{ ...required, purpose: 'Send ETH to that key, which pays with it for the gas of orders.', to: null }];
    });
  }
}

function venueChecks(view: VenueView, agent: AgentEntity, isServed: boolean): PreviewCheckDto[] {
  const { entry, isTaken, isProvable, equityUsd, delegate, word } = view;
  const { venue } = entry;
  return [
    {
      code: 'VENUE_NOT_OF_AGENT',
      venue,
      passed: agent.venues.includes(venue),
      detail: `The agent trades at ${agent.venues.join(', ')}.`,
    },
    ...(isServed || !isOutsideVenue(venue)
      ? []
      : [{ code: 'VENUE_NOT_SERVED', venue, passed: false, detail: `This system does not trade at ${venue}.` }]),
    {
      code: 'VENUE_ACCOUNT_TAKEN',
      venue,
      passed: !isTaken,
      detail: isTaken ? accountTaken(venue, entry.address).message : 'No other user has shown that this account is theirs.',
    },
    {
      code: 'ACCOUNT_NOT_PROVABLE',
      venue,
      passed: isProvable,
      detail:
        isProvable === false
          ? notProvable(venue)
          : "The user's own wallet is theirs; any other account is theirs once its holder approves the key of the deployment.",
    },
    {
      code: 'ACCOUNT_FUNDED',
      venue,
      passed: equityUsd && equityUsd.gt(0),
      detail: equityUsd ? `The account holds ${equityUsd.toFixed()} USD.` : 'The venue could not be asked what the account holds.',
    },
    {
      code: 'AUTHORISED',
      venue,
      passed: delegate === null ? false : word && word.approved,
      detail: authorisedDetail(delegate, word),
    },
  ];
}

function authorisedDetail(delegate: string | null, word: VenueAuthorisation | null): string {
  if (delegate === null) return 'Known once the deployment exists; approvals says what is to be signed.';
  if (!word) return 'The venue could not be asked whether our key is approved.';
  return word.approved ? `${delegate} is approved already.` : `Missing for ${delegate}: ${word.missing.join(', ')}.`;
}

/** Null when the venue could not be asked, or its answer not be read. */
async function orNull<T>(question: Promise<T>): Promise<T | null> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
