import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { settingsOf, type AppModuleClass, type FrameConfig } from './app-module';
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
  if (cutOff.length > 0) new Logger('Process').error({ code: 'TICK_CUT_OFF', loops: cutOff }, 'stopped in the middle of a tick');
  await app.close();
}

async function run<S extends z.ZodObject>(
  AppModule: AppModuleClass<S>,
  create: (AppModule: AppModuleClass<S>, config: z.infer<S>) => Promise<NestFastifyApplication>,
  onListening: (app: NestFastifyApplication) => void,
): Promise<void> {
  const logger = new Logger('Process');
  try {
    const config = loadConfig(await settingsOf(AppModule, process.env), process.env);
    const { HOST, PORT, SHUTDOWN_GRACE_MS } = config as unknown as FrameConfig;
    let app: NestFastifyApplication | undefined = undefined;
    stopOnSignal(() => app, SHUTDOWN_GRACE_MS ?? DEFAULT_GRACE_MS);
    app = await create(AppModule, config);
    await app.listen(PORT, HOST);
    onListening(app);
    logger.log({ host: HOST, port: PORT }, `${AppModule.service} listens on http://${HOST}:${PORT}`);
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${AppModule.service} can't start:\n${error.problems.map((problem) => `- ${problem}\n`).join('')}`);
    } else {
      logger.fatal({ err: error }, `${AppModule.service} can't start`);
    }
    process.exit(1);
  }
}

/**
 * The first signal, or the end of the parent that started us over IPC, stops the process cleanly. A second one ends it at once,
 * unless it follows within a second: Ctrl-C reaches us from the terminal and again from whoever started us.
 */
function stopOnSignal(app: () => NestFastifyApplication | undefined, graceMs: number): void {
  const logger = new Logger('Process');
  let stoppingSince: number | undefined;

  const stop = (reason: string): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > 1000) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    logger.log({ reason }, 'stopping');
    setTimeout(() => {
      logger.error({ code: 'SHUTDOWN_TIMEOUT' }, 'closing took too long');
      process.exit(1);
    }, graceMs).unref();
    const running = app();
    (running ? drain(running, graceMs) : Promise.resolve()).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  process.once('disconnect', () => stop('the parent process is gone'));
  process.on('uncaughtException', (error) => {
    logger.fatal({ code: 'UNCAUGHT', err: error }, 'ending after an error that nobody handled');
    process.exit(1);
  });
}
