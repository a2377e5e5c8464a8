import { refillWalletPool, walletsAvailable } from '@maxxit/database';
import { KEY_VAULT, type KeyVault } from '@maxxit/domain';
import { HealthRegistry, Metrics, WorkerLoop } from '@maxxit/platform';
import { ApprovalExpiry, DeploymentAuthorisation, lowOnGas, WoundDownDeployments } from '@maxxit/trading';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';

export interface OnboardingOptions {
  intervalMs: number;
  poolSize: number;
  poolLow: number;
}

/** The token for OnboardingOptions. */
export const ONBOARDING_OPTIONS = Symbol('ONBOARDING_OPTIONS');

/** For the audit log. */
const ACTOR = 'position-monitor-worker';

/**
 * Makes the keys that new deployments are given, asks venues whether users have authorised theirs and still do, warns before that ends, and
 * closes those that were wound down.
 */
@Injectable()
export class OnboardingLoop extends WorkerLoop implements OnModuleInit {
  private readonly logger = new Logger(OnboardingLoop.name);

  constructor(
    @Inject(ONBOARDING_OPTIONS) private readonly options: OnboardingOptions,
    @Inject(KEY_VAULT) private readonly vault: KeyVault,
    private readonly dataSource: DataSource,
    private readonly authorisation: DeploymentAuthorisation,
    private readonly expiry: ApprovalExpiry,
    private readonly woundDown: WoundDownDeployments,
    private readonly metrics: Metrics,
    private readonly health: HealthRegistry,
  ) {
    super('onboarding', options.intervalMs);
  }

  onModuleInit(): void {
    this.health.addStatus('wallet-pool', async () => {
      const available = await walletsAvailable(this.dataSource);
      if (available < this.options.poolLow)
        throw new Error(`only ${available} wallets are left; ${this.options.poolLow} are wanted at least`);
      return { available };
    });
    this.health.addStatus('gas', async () => {
      const low = await lowOnGas(this.dataSource.manager);
      if (low.length > 0) {
        throw new Error(`${low.length} trading keys have little left to pay gas with, the first is ${low[0]}; send them some`);
      }
    });
  }

  async tick(): Promise<void> {
    await this.fillPool();
    await this.authorisation.checkDue(ACTOR, () => {
      // Each question may wait for its turn at the venue.
      this.beat();
      return this.stopping;
    });
    await this.expiry.warn();
    await this.woundDown.closeFlat(ACTOR, () => this.stopping);
  }

  private async fillPool(): Promise<void> {
    const { poolSize, poolLow } = this.options;
    const found = await walletsAvailable(this.dataSource);
    if (found < poolLow) {
      this.metrics.errors.inc({ code: 'WALLET_POOL_LOW' });
      this.logger.warn({ code: 'WALLET_POOL_LOW', available: found, wanted: poolLow }, 'the wallet pool was nearly empty');
    }
    const made = await refillWalletPool(this.dataSource, this.vault, poolSize);
    this.metrics.walletPool.set(await walletsAvailable(this.dataSource));
    if (made > 0) this.logger.log({ made }, 'wallets made for the pool');
  }
}
