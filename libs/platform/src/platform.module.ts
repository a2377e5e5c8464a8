import { CLOCK, systemClock } from '@maxxit/domain';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { FRAME, type Frame } from './frame';
import { HealthController } from './health.controller';
import { HealthRegistry } from './health';
import { Metrics } from './metrics';
import { LoopRunner } from './worker-loop';

/** What every process has, available everywhere in it: HealthRegistry, Metrics, the clock, and the HTTP of health and metrics. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(frame: Frame): DynamicModule {
    return {
      module: PlatformModule,
      imports: [ScheduleModule.forRoot(), TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [{ provide: FRAME, useValue: frame }, { provide: CLOCK, useValue: systemClock }, HealthRegistry, Metrics, LoopRunner],
      exports: [FRAME, CLOCK, HealthRegistry, Metrics, LoopRunner],
    };
  }
}
