import type { DynamicModule } from '@nestjs/common';
import type { z } from 'zod';

/**
 * What an app's `main.ts` hands to runApi or runWorker: its name, its settings (`appSettings` and PORT among them), and how
 * to make its module of them.
 */
export interface AppModuleClass<S extends z.ZodObject = z.ZodObject> {
  readonly service: string;
  readonly settings: S;
  /** Of an API: the title and description of its OpenAPI document. */
  readonly about?: { title: string; description: string };
  /** True for a stand-in of the outside world, whose routes are open to all who reach it. */
  readonly hasNoUsers?: true;
  /**
   * Settings that only show when the process starts, as those of modules that it loads; one of a name that `settings` has takes its place.
   * Throws ConfigError.
   */
  readonly furtherSettings?: (env: NodeJS.ProcessEnv) => Promise<z.ZodRawShape>;
  register(config: z.infer<S>): DynamicModule;
}

/** The whole settings of an app in this environment. Throws ConfigError. */
export async function settingsOf<S extends z.ZodObject>(
  { settings, furtherSettings }: Pick<AppModuleClass<S>, 'settings' | 'furtherSettings'>,
  env: NodeJS.ProcessEnv,
): Promise<S> {
  return furtherSettings ? (settings.safeExtend(await furtherSettings(env)) as unknown as S) : settings;
}

/** The settings that the frame itself reads; every app's settings have them. */
export interface FrameConfig {
  HOST: string;
  PORT: number;
  LOG_LEVEL: string;
  LOG_PRETTY?: boolean | undefined;
  SHUTDOWN_GRACE_MS?: number | undefined;
  CORS_ORIGINS?: readonly string[] | undefined;
  TRUSTED_PROXIES?: number | undefined;
  RATE_LIMIT_USER_PER_MINUTE?: number | undefined;
  RATE_LIMIT_PUBLIC_PER_MINUTE?: number | undefined;
  RATE_LIMIT_SIGN_IN_PER_MINUTE?: number | undefined;
}
