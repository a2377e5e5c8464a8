import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import type { AppModuleClass, FrameConfig } from './app-module';
import { ConfigError, loadConfig } from './config';
import { createApiApp, createWorkerApp } from './http-app';
import { LoopRunner, WORKER_LOOPS, type WorkerLoop } from './worker-loop';

const DEFAULT_GRACE_MS = 10_000;
/** What is left of the grace period for closing connections once the ticks are done or cut off. */
const CLOSE_MS = 1500;

/** The whole of an API's `main.ts`: reads the settings, listens, and stops cleanly on SIGTERM or SIGINT. */
export async function runApi<S extends z.ZodObject>(AppModule: AppModuleClass<S>): Promise<void> {
  await run(AppModule, createApiApp, () => undefined);
}

/** The whole of a worker's `main.ts`: as runApi, with health and metrics as its only HTTP; starts its loops once it listens. */
export async function runWorker<S extends z.ZodObject>(AppModule: AppModuleClass<S>): Promise<void> {
  await run(AppModule, createWorkerApp, startLoops);
}

/** Starts the loops that the worker's module provides under WORKER_LOOPS. Command handlers exist only after the app's init. */
export function startLoops(app: NestFastifyApplication): void {
  app.get(LoopRunner, { strict: false }).start(app.get<WorkerLoop[]>(WORKER_LOOPS, { strict: false }));
}

/**
 * Stops claiming, waits for the ticks in hand and closes the app, all within `graceMs`. A tick that is cut off has left its
 * rows in a state that the next process settles.
 */
export async function drain(app: NestFastifyApplication, graceMs: number): Promise<void> {
  const cutOff = await app.get(LoopRunner, { strict: false }).stop(Math.max(0, graceMs - CLOSE_MS));
  if (cutOff.length > 0) new Logger('Shutdown').error({ code: 'TICK_CUT_OFF', loops: cutOff }, 'stopped in the middle of a tick');
  await app.close();
}

async function run<S extends z.ZodObject>(
  AppModule: AppModuleClass<S>,
  create: (AppModule: AppModuleClass<S>, config: z.infer<S>) => Promise<NestFastifyApplication>,
  onListening: (app: NestFastifyApplication) => void,
): Promise<void> {
  try {
    // eslint-disable-next-line no-restricted-properties -- the one place where a service reads its environment
    const config = loadConfig(AppModule.settings, process.env);
    const { HOST, PORT, SHUTDOWN_GRACE_MS } = config as unknown as FrameConfig;
    const app = await create(AppModule, config);
    stopOnSignal(app, SHUTDOWN_GRACE_MS ?? DEFAULT_GRACE_MS);
    await app.listen(PORT, HOST);
    onListening(app);
    new Logger('Start').log({ host: HOST, port: PORT }, `${AppModule.service} listens on http://${HOST}:${PORT}`);
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${AppModule.service} can't start:\n${error.problems.map((problem) => `- ${problem}\n`).join('')}`);
    } else {
      new Logger('Start').fatal({ err: error }, `${AppModule.service} can't start`);
    }
    process.exit(1);
  }
}

/** The first signal, or the end of the parent that started us over IPC, stops the process cleanly; a second signal at once. */
function stopOnSignal(app: NestFastifyApplication, graceMs: number): void {
  const logger = new Logger('Shutdown');
  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.log({ reason }, 'stopping');
    setTimeout(() => {
      logger.error({ code: 'SHUTDOWN_TIMEOUT' }, 'closing took too long');
      process.exit(1);
    }, graceMs).unref();
    drain(app, graceMs).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => {
    if (!stopping) stop('the parent process is gone');
  });
}
