import { ResearchInstituteEntity } from '@maxxit/database';
import { InvalidRequestError, NotFoundError } from '@maxxit/domain';
import { webhookSecret } from '@maxxit/signals';
import type { DataSource } from 'typeorm';

/** The secret that the institute signs with; with `rotate` a new one. Throws NotFoundError WEBHOOK_NOT_FOUND, InvalidRequestError SETTING_MISSING. */
export async function secretOfWebhook(dataSource: DataSource, id: string, rotate: boolean, master: string | undefined): Promise<string> {
  if (!master) throw new InvalidRequestError('SETTING_MISSING', 'Set WEBHOOK_SECRET to what signal-api has.');
  if (rotate) await dataSource.getRepository(ResearchInstituteEntity).increment({ id }, 'webhookSecretVersion', 1);
  const institute = await dataSource.getRepository(ResearchInstituteEntity).findOneBy({ id });
  if (!institute?.feedUrl.startsWith('webhook:')) throw new NotFoundError('WEBHOOK_NOT_FOUND', `No institute ${id} pushes its reports.`);
  return webhookSecret(master, id, institute.webhookSecretVersion);
}
