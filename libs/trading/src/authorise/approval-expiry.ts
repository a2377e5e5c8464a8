import { CLOCK, type Clock } from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How many days before an approval ends its user is to be told, and the operator with them. */
const WARN_DAYS = [14, 3, 1];

/** Keys that trade for somebody. */
const IN_USE = `k.state = 'approved' AND EXISTS (
  SELECT 1 FROM deployment_venues v JOIN deployments d ON d.id = v.deployment_id WHERE v.venue_key_id = k.id AND d.state <> 'closed')`;

/**
 * Warns before the approval of a key in use ends: 14, 3 and 1 days ahead, each once, whichever processes look. Afterwards the venue takes no
 * order of it, also none that closes. When an approval ends is what the venue said last (`DeploymentAuthorisation`).
 */
@Injectable()
export class ApprovalExpiry implements OnModuleInit {
  private readonly logger = new Logger(ApprovalExpiry.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.health.addStatus('approvals', async () => {
      const soon = await this.endingSoon();
      const [first] = soon;
      if (first) {
        throw new Error(
          `${soon.length} approvals of trading keys end within ${WARN_DAYS[0]} days, the first (${first.address}) at ` +
            `${first.valid_until.toISOString()}; their users have to approve them again`,
        );
      }
    });
  }

  /** Logs each warning that is due as AGENT_EXPIRES, and counts it. */
  async warn(): Promise<void> {
    const warned = await this.dataSource.query<{ id: string; address: string; valid_until: Date; days: number }[]>(
      `WITH due AS (
         SELECT k.id, (SELECT min(days) FROM unnest($2::int[]) AS days WHERE k.valid_until <= $1::timestamptz + days * interval '1 day') AS days
           FROM venue_keys k WHERE ${IN_USE}
       ), warned AS (
         UPDATE venue_keys k SET expiry_warned_days = due.days FROM due
          WHERE k.id = due.id AND due.days IS NOT NULL AND coalesce(k.expiry_warned_days > due.days, true)
         RETURNING k.id, k.address, k.valid_until, due.days
       )
       SELECT * FROM warned ORDER BY valid_until, id`,
      [this.clock.now(), WARN_DAYS],
    );
    for (const { id: venueKeyId, address, valid_until: validUntil, days } of warned) {
      this.metrics.errors.inc({ code: 'AGENT_EXPIRES' });
      this.logger.warn(
        { code: 'AGENT_EXPIRES', venueKeyId, address, validUntil: validUntil.toISOString(), days },
        `the approval of a trading key ends within ${days} days; its user has to approve it again`,
      );
    }
  }

  private endingSoon(): Promise<{ address: string; valid_until: Date }[]> {
    return this.dataSource.query(
      `SELECT k.address, k.valid_until FROM venue_keys k
        WHERE ${IN_USE} AND k.valid_until <= $1::timestamptz + $2 * interval '1 day' ORDER BY k.valid_until, k.id`,
      [this.clock.now(), WARN_DAYS[0]],
    );
  }
}
