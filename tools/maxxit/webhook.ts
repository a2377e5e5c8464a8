import { recordAudit, ResearchInstituteEntity } from '@maxxit/database';
import { InvalidRequestError, NotFoundError } from '@maxxit/domain';
import { webhookSecret } from '@maxxit/signals';
import { Like, type DataSource } from 'typeorm';

/**
 * The secret that the institute signs with; with `rotate` a new one, which the audit log tells of. Throws NotFoundError WEBHOOK_NOT_FOUND and
 * InvalidRequestError SETTING_MISSING, and has changed nothing then.
 */
export async function secretOfWebhook(
  dataSource: DataSource,
  id: string,
  rotate: boolean,
  master: string | undefined,
  by: { at: Date; actor: string },
): Promise<string> {
  if (!master) throw new InvalidRequestError('SETTING_MISSING', 'Set WEBHOOK_SECRET to what signal-api has.');
  const version = await dataSource.transaction(async (manager) => {
    const pushes = { id, feedUrl: Like('webhook:%') };
    if (rotate) await manager.increment(ResearchInstituteEntity, pushes, 'webhookSecretVersion', 1);
    const institute = await manager.findOneBy(ResearchInstituteEntity, pushes);
    if (!institute) throw new NotFoundError('WEBHOOK_NOT_FOUND', `No institute ${id} pushes its reports.`);
    const details = { version: institute.webhookSecretVersion };
    if (rotate) await recordAudit(manager, { ...by, action: 'institute.webhook_rotated', subjectId: id, details });
    return institute.webhookSecretVersion;
  });
  return webhookSecret(master, id, version);
}
