import {
  AgentAccountEntity,
  AgentEntity,
  DatabaseModule,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  UserEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  XAccountEntity,
} from '@maxxit/database';
import { CLOCK, type Clock, newId, type VenueAdapter } from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { signalSettings, SignalsModule, signalsOptions } from '@maxxit/signals';
import { TradingModule, tradingOptions, tradingSettings } from '@maxxit/trading';
import { VenuesModule } from '@maxxit/venues';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { ReplayAgent } from './replay-inputs';

/** The time of the replay: it moves when the runner moves it. */
export class VirtualClock implements Clock {
  private time = new Date(0);

  now(): Date {
    return new Date(this.time);
  }

  set(time: Date): void {
    this.time = new Date(time);
  }
}

/** UUIDv7 made of the virtual time, a count and a seed: the same ones in every run. */
export function replayIds(clock: Clock, seed: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    const random = createHash('sha256').update(`${seed}:${count}`).digest();
    return v7({ msecs: clock.now().getTime(), seq: count, random });
  };
}

@Global()
@Module({})
class ReplayFrame {
  static with(clock: Clock): DynamicModule {
    const providers = [{ provide: CLOCK, useValue: clock }, HealthRegistry, Metrics];
    return { module: ReplayFrame, providers, exports: providers };
  }
}

/** What the workers are made of, in one process: with their default settings, one venue, and without social data, which has no history. */
@Module({})
export class ReplayModule {
  static with(databaseUrl: string, clock: Clock, venue: VenueAdapter): DynamicModule {
    const trading = tradingOptions('replay', z.object(tradingSettings).parse({}));
    return {
      module: ReplayModule,
      imports: [
        ReplayFrame.with(clock),
        // One connection: what the database numbers by itself has an order then.
        DatabaseModule.forRoot({ url: databaseUrl, service: 'replay', poolSize: 1 }),
        VenuesModule.forRoot({ venues: [], adapters: [venue] }),
        SignalsModule.forRoot(signalsOptions(z.object(signalSettings).parse({}))),
        TradingModule.forRoot({ ...trading, reconcileIntervalMs: 0 }),
        TradingModule.forMetrics(),
      ],
    };
  }
}

export interface ReplayedRows {
  agentId: string;
  deploymentId: string;
  /** The account's address at the venue. */
  address: string;
  /** Of each X account that the agent follows, its id. */
  accountIds: ReadonlyMap<string, string>;
}

/** The rows of an active agent and its deployment, as if they had been set up through the APIs at `start`. */
export async function setUpRows(manager: EntityManager, agent: ReplayAgent, start: Date, end: Date): Promise<ReplayedRows> {
  const addressOf = (what: string) => `0x${createHash('sha256').update(what).digest('hex').slice(0, 40)}`;
  const { equityUsd, ...limits } = agent.deployment;
  const [agentId, userId, deploymentId, venueAccountId, venueKeyId] = [newId(), newId(), newId(), newId(), newId()];
  const address = addressOf('user');
  await manager.insert(AgentEntity, {
    id: agentId,
    name: agent.name,
    creatorAddress: addressOf('creator'),
    state: 'active',
    publishedAt: start,
    venues: ['paper'],
    riskPreset: agent.riskPreset,
    maxLeverage: agent.maxLeverage,
    createdAt: start,
    updatedAt: start,
  });
  const accountIds = new Map<string, string>();
  for (const { username, weight } of agent.accounts) {
    const xAccountId = newId();
    accountIds.set(username, xAccountId);
    await manager.insert(XAccountEntity, { id: xAccountId, username, createdAt: start });
    await manager.insert(AgentAccountEntity, { id: newId(), agentId, xAccountId, weight, createdAt: start });
  }
  await manager.insert(UserEntity, { id: userId, walletAddress: address });
  await manager.insert(VenueAccountEntity, { id: venueAccountId, userId, venue: 'paper', address, createdAt: start });
  // The paper venue asks for no key; the row has one because every deployment has.
  await manager.insert(VenueKeyEntity, {
    id: venueKeyId,
    venueAccountId,
    address: addressOf('key'),
    state: 'approved',
    masterKeyId: 'none',
    wrappedDataKey: Buffer.alloc(0),
    ciphertext: Buffer.alloc(0),
    createdAt: start,
  });
  await manager.insert(DeploymentEntity, {
    ...limits,
    id: deploymentId,
    agentId,
    userId,
    state: 'active',
    mandateValidUntil: new Date(end.getTime() + 86_400_000),
    startingEquityUsd: equityUsd,
    activatedAt: start,
    createdAt: start,
    updatedAt: start,
  });
  await manager.insert(DeploymentVenueEntity, { deploymentId, venue: 'paper', venueAccountId, venueKeyId, joinedAt: start });
  await manager.insert(EquitySnapshotEntity, { id: newId(), deploymentId, kind: 'start', markedAt: start, equityUsd });
  return { agentId, deploymentId, address, accountIds };
}
