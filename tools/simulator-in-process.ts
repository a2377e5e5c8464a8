import type { PostKind } from '@maxxit/domain';
import { createApiApp, loadConfig, type AppModuleClass } from '@maxxit/platform';
import path from 'node:path';

/** Of the simulator what tests look at behind its HTTP. */
interface SimulatedWorld {
  reset(seed: number): void;
  settle(): void;
  x: {
    createUser(username: string): { id: string };
    suspend(username: string): void;
    publish(username: string, text: string, publishedAt?: number, kind?: PostKind): string;
    add(username: string, version: { id: bigint; text: string; at: number }, kind?: PostKind): void;
    edit(id: string, text: string): string;
    delete(id: string): void;
  };
  faults: { add(fault: Record<string, unknown>): unknown };
}

export interface InProcessSimulator {
  url: string;
  world: SimulatedWorld;
  close(): Promise<void>;
}

/** The simulator inside of the process of a test, on a free port; prices stand still. */
export async function startSimulator(): Promise<InProcessSimulator> {
  const folder = path.resolve('apps/venue-simulator/src');
  const { VenueSimulatorModule } = (await import(path.join(folder, 'venue-simulator.module'))) as { VenueSimulatorModule: AppModuleClass };
  const { Simulator } = (await import(path.join(folder, 'simulator'))) as { Simulator: new () => SimulatedWorld };
  const app = await createApiApp(VenueSimulatorModule, loadConfig(VenueSimulatorModule.settings, { LOG_LEVEL: 'silent', VOLATILITY: '0' }));
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), world: app.get(Simulator), close: () => app.close() };
}
