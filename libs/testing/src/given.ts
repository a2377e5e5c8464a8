import {
  AgentAccountEntity,
  AgentEntity,
  AgentResearchInstituteEntity,
  AgentVersionEntity,
  DatabaseKeyVault,
  DeploymentEntity,
  DeploymentVenueEntity,
  LocalKeyWrapper,
  MandateEntity,
  OrderEntity,
  PositionEntity,
  ResearchInstituteEntity,
  SignalEntity,
  UserEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  XAccountEntity,
} from '@maxxit/database';
import { agentManifest, type AgentTerms, clientOrderId, Decimal, manifestTypedData, newId, sideSign, type Venue } from '@maxxit/domain';
import { typedDataDigest } from '@maxxit/platform';
import { randomBytes } from 'node:crypto';
import type { DataSource, FindOptionsWhere } from 'typeorm';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

/** The master key of every test: `MASTER_KEY=TEST_MASTER_KEY.toString('base64')` for an app that has to open what a test sealed. */
export const TEST_MASTER_KEY = Buffer.alloc(32, 'test master key');

export function testVault(dataSource: DataSource): DatabaseKeyVault {
  return new DatabaseKeyVault(dataSource, new LocalKeyWrapper([TEST_MASTER_KEY]));
}

/** A lower-case address that no other row has. */
export function randomAddress(): string {
  return `0x${randomBytes(20).toString('hex')}`;
}

/**
 * Writes the rows that a test starts from: `await given(dataSource).deployment({ venues: ['ostium'] })`. What a test does not name
 * has a sensible value, and rows that it refers to are made. Each answers with the row as the database gives it back.
 */
export function given(dataSource: DataSource): Given {
  return new Given(dataSource);
}

export class Given {
  constructor(private readonly dataSource: DataSource) {}

  user(values: Partial<UserEntity> = {}): Promise<UserEntity> {
    return this.insert(UserEntity, { walletAddress: randomAddress(), ...values });
  }

  agent(values: Partial<AgentEntity> = {}): Promise<AgentEntity> {
    return this.insert(AgentEntity, {
      name: 'Momentum',
      creatorAddress: randomAddress(),
      state: 'active',
      venues: ['hyperliquid', 'ostium'],
      publishedAt: values.state === 'draft' ? null : new Date(),
      ...values,
    });
  }

  /** An agent whose terms its creator has signed, so that it can be deployed; its manifest follows `accounts` and `institutes` by name. */
  async signedAgent(
    values: Partial<AgentEntity> & { accounts?: string[]; institutes?: string[] } = {},
  ): Promise<AgentEntity & { signed: AgentVersionEntity }> {
    const { accounts = [], institutes = [], ...columns } = values;
    const agent = await this.agent({ version: 1, ...columns });
    const trusted = (names: string[]) => names.map((name) => ({ name, weight: new Decimal(1) }));
    const signed = await this.insertVersion(agent, { accounts: trusted(accounts), institutes: trusted(institutes) });
    return Object.assign(agent, { signed });
  }

  private insertVersion(agent: AgentEntity, sources: Pick<AgentTerms, 'accounts' | 'institutes'>): Promise<AgentVersionEntity> {
    const manifest = agentManifest(agent.id, agent.version, { ...agent, creator: agent.creatorAddress, ...sources });
    return this.insert(AgentVersionEntity, {
      agentId: agent.id,
      version: agent.version,
      manifest,
      digest: typedDataDigest(manifestTypedData(manifest)),
      signer: agent.creatorAddress,
      signatureHash: `0x${randomBytes(32).toString('hex')}`,
      signedAt: new Date(),
    });
  }

  /**
   * Has the creator sign other terms for a signed agent: its rows then have them, as its next version. `accounts` by name with their weights;
   * what is left out stays.
   */
  async nextVersion(
    agent: AgentEntity,
    { accounts, ...columns }: Partial<AgentEntity> & { accounts: { account: XAccountEntity; weight: Decimal.Value }[] },
  ): Promise<AgentVersionEntity> {
    const { manager } = this.dataSource;
    const version = agent.version + 1;
    await manager.update(AgentEntity, { id: agent.id }, { ...columns, version });
    await manager.delete(AgentAccountEntity, { agentId: agent.id });
    for (const { account, weight } of accounts) await this.follow(agent, account, weight);
    Object.assign(agent, columns, { version });
    const named = accounts.map(({ account, weight }) => ({ name: account.username, weight: new Decimal(weight) }));
    return this.insertVersion(agent, { accounts: named, institutes: [] });
  }

  /** Puts the mandate of a deployment in force: what it is limited to, and that version of its agent. */
  async mandate(deployment: DeploymentEntity, version: AgentVersionEntity): Promise<MandateEntity> {
    const id = newId();
    const random = () => `0x${randomBytes(32).toString('hex')}`;
    const user = await this.dataSource.manager.findOneByOrFail(UserEntity, { id: deployment.userId });
    const mandate = {
      user: user.walletAddress,
      agentId: version.agentId,
      agentVersion: version.version,
      agentManifest: version.digest,
      accounts: [],
      maxNotionalUsd: deployment.maxNotionalUsd.toFixed(),
      maxLeverage: deployment.maxLeverage.toFixed(),
      maxDailyLossUsd: deployment.maxDailyLossUsd.toFixed(),
      validUntil: deployment.mandateValidUntil.toISOString(),
      nonce: random(),
    };
    return this.insert(MandateEntity, {
      id,
      deploymentId: deployment.id,
      userId: deployment.userId,
      agentVersionId: version.id,
      nonce: mandate.nonce,
      mandate,
      digest: random(),
      signer: user.walletAddress,
      signatureHash: random(),
      signedAt: new Date(),
      ...(await testVault(this.dataSource).seal(id, 1, random())),
    });
  }

  xAccount(values: Partial<XAccountEntity> = {}): Promise<XAccountEntity> {
    return this.insert(XAccountEntity, { username: `trader_${randomBytes(4).toString('hex')}`, ...values });
  }

  institute(values: Partial<ResearchInstituteEntity> = {}): Promise<ResearchInstituteEntity> {
    const id = newId();
    return this.insert(ResearchInstituteEntity, { id, name: `Institute ${id}`, feedUrl: 'folder:reports', ...values });
  }

  /** Makes the agent follow an X account or a research institute. */
  async follow(agent: AgentEntity, source: XAccountEntity | ResearchInstituteEntity, weight: Decimal.Value = 1): Promise<void> {
    const follows = { agentId: agent.id, weight: new Decimal(weight) };
    if (source instanceof XAccountEntity) await this.insert(AgentAccountEntity, { ...follows, xAccountId: source.id });
    else await this.insert(AgentResearchInstituteEntity, { ...follows, instituteId: source.id });
  }

  async venueAccount(values: Partial<VenueAccountEntity> = {}): Promise<VenueAccountEntity> {
    const userId = values.userId ?? (await this.user()).id;
    return this.insert(VenueAccountEntity, { venue: 'hyperliquid', address: randomAddress(), provenAt: new Date(), ...values, userId });
  }

  /** A real private key with its address, sealed by `testVault`. */
  async venueKey(values: Partial<VenueKeyEntity> = {}): Promise<VenueKeyEntity> {
    const venueAccountId = values.venueAccountId ?? (await this.venueAccount()).id;
    const id = values.id ?? newId();
    const version = values.version ?? 1;
    const secret = generatePrivateKey();
    return this.insert(VenueKeyEntity, {
      address: privateKeyToAddress(secret).toLowerCase(),
      state: 'approved',
      ...(await testVault(this.dataSource).seal(id, version, secret)),
      ...values,
      id,
      version,
      venueAccountId,
    });
  }

  /** An active deployment with an account and a key at each of `venues`; the answer has them as `deployment.venues`. */
  async deployment(
    values: Omit<Partial<DeploymentEntity>, 'venues'> & { venues?: Venue[] } = {},
  ): Promise<DeploymentEntity & { venues: DeploymentVenueEntity[] }> {
    const { venues = ['hyperliquid'], ...columns } = values;
    const agentId = columns.agentId ?? (await this.agent()).id;
    const userId = columns.userId ?? (await this.user()).id;
    const deployment = await this.insert(DeploymentEntity, {
      state: 'active',
      maxNotionalUsd: new Decimal(10_000),
      maxLeverage: new Decimal(5),
      maxDailyLossUsd: new Decimal(500),
      mandateValidUntil: new Date('2100-01-01T00:00:00Z'),
      startingEquityUsd: new Decimal(10_000),
      activatedAt: new Date(),
      ...columns,
      agentId,
      userId,
    });
    for (const venue of venues) {
      const account = await this.venueAccount({ userId, venue });
      const key = await this.venueKey({ venueAccountId: account.id });
      await this.dataSource
        .getRepository(DeploymentVenueEntity)
        .insert({ deploymentId: deployment.id, venue, venueAccountId: account.id, venueKeyId: key.id, joinedAt: deployment.activatedAt });
    }
    const rows = await this.dataSource
      .getRepository(DeploymentVenueEntity)
      .find({ where: { deploymentId: deployment.id }, relations: { venueAccount: true, venueKey: true }, order: { venue: 'ASC' } });
    return Object.assign(deployment, { venues: rows });
  }

  /** A live call to buy BTC at 60,000 with a stop at 5 % and a target at 10 %. */
  async signal(values: Partial<SignalEntity> = {}): Promise<SignalEntity> {
    const agentId = values.agentId ?? (await this.agent()).id;
    const agent = await this.dataSource.manager.findOneBy(AgentEntity, { id: agentId });
    return this.insert(SignalEntity, {
      agentVersion: agent?.version ?? 0,
      sourceKind: 'manual',
      sourceId: newId(),
      symbol: 'BTC',
      side: 'long',
      referencePrice: new Decimal(60_000),
      referenceVenue: 'hyperliquid',
      stopFraction: new Decimal('0.05'),
      targetFraction: new Decimal('0.1'),
      leverage: new Decimal(2),
      score: new Decimal('0.5'),
      confidence: new Decimal('0.8'),
      explanation: 'made by a test',
      publishedAt: new Date(),
      expiresAt: new Date(Date.now() + 10 * 60_000),
      ...values,
      agentId,
    });
  }

  /** A pending opening order of a deployment, with a signal of its agent; in a later state it has what such an order has. */
  async order(values: Partial<OrderEntity> = {}): Promise<OrderEntity> {
    const { deploymentId, signal } = await this.deploymentAndSignal(values);
    const purpose = values.purpose ?? 'open';
    const leg = values.leg ?? 0;
    const state = values.state ?? 'pending';
    const sent = !['pending', 'denied', 'expired', 'cancelled'].includes(state);
    const refused = state === 'denied' || state === 'rejected';
    return this.insert(OrderEntity, {
      clientOrderId: clientOrderId(deploymentId, signal.id, purpose, leg),
      symbol: signal.symbol,
      side: signal.side,
      ...(sent && {
        ...(await this.firstVenue(deploymentId)),
        size: new Decimal('0.1'),
        leverage: signal.leverage,
        decisionPrice: signal.referencePrice,
        sentAt: new Date(),
      }),
      ...(refused && { code: 'INVALID_REQUEST', reason: 'refused by a test' }),
      ...values,
      deploymentId,
      signalId: signal.id,
      purpose,
      leg,
      state,
    });
  }

  /** An open position of 0.1 coins, entered at its signal's reference price with the signal's stop and target. */
  async position(values: Partial<PositionEntity> = {}): Promise<PositionEntity> {
    const { deploymentId, signal } = await this.deploymentAndSignal(values);
    const side = values.side ?? signal.side;
    const entered = !['opening', 'rejected'].includes(values.state ?? 'open');
    const size = new Decimal('0.1');
    const at = (fraction: Decimal) => signal.referencePrice.times(fraction.times(sideSign(side)).plus(1));
    return this.insert(PositionEntity, {
      ...(await this.firstVenue(deploymentId)),
      symbol: signal.symbol,
      side,
      state: 'open',
      reservedNotionalUsd: signal.referencePrice.times(size),
      leverage: signal.leverage,
      ...(entered && {
        size,
        openedSize: size,
        entryPrice: signal.referencePrice,
        bestPrice: signal.referencePrice,
        stopPrice: at(signal.stopFraction.negated()),
        targetPrice: at(signal.targetFraction),
        openedAt: new Date(),
      }),
      ...values,
      deploymentId,
      signalId: signal.id,
    });
  }

  private async deploymentAndSignal(values: {
    deploymentId?: string;
    signalId?: string;
  }): Promise<{ deploymentId: string; signal: SignalEntity }> {
    const signals = this.dataSource.getRepository(SignalEntity);
    let signal = values.signalId === undefined ? null : await signals.findOneByOrFail({ id: values.signalId });
    const deployment =
      values.deploymentId === undefined
        ? await this.deployment(signal ? { agentId: signal.agentId } : {})
        : await this.dataSource.getRepository(DeploymentEntity).findOneByOrFail({ id: values.deploymentId });
    signal ??= await this.signal({ agentId: deployment.agentId });
    return { deploymentId: deployment.id, signal };
  }

  private async firstVenue(deploymentId: string): Promise<{ venue: Venue; venueAccountId: string }> {
    const [first] = await this.dataSource.getRepository(DeploymentVenueEntity).find({ where: { deploymentId }, order: { venue: 'ASC' } });
    if (!first) throw new Error(`Deployment ${deploymentId} has no venue.`);
    return { venue: first.venue, venueAccountId: first.venueAccountId };
  }

  private async insert<E extends { id: string }>(entity: new () => E, values: Partial<NoInfer<E>>): Promise<E> {
    const repository = this.dataSource.getRepository(entity);
    const id = (values as { id?: string }).id ?? newId();
    await repository.insert({ ...values, id } as never);
    // Sealed columns are not read with the others: here they are as they were given.
    return Object.assign(await repository.findOneByOrFail({ id } as FindOptionsWhere<E>), sealedIn(values));
  }
}

function sealedIn(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([name]) => ['masterKeyId', 'wrappedDataKey', 'ciphertext'].includes(name)));
}
