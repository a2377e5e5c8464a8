import { CLOCK, type Clock } from '@maxxit/domain';
import { Controller, Get, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorFunction } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Access } from './access';
import { FRAME, type Frame } from './frame';
import { HealthRegistry, type HealthProbe } from './health';
import { Metrics } from './metrics';
import { LoopRunner } from './worker-loop';

const CHECK_TIMEOUT_MS = 2000;

/** Health, status and metrics: the HTTP that every process has. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly registry: HealthRegistry,
    private readonly loops: LoopRunner,
    private readonly metrics: Metrics,
    @Inject(FRAME) private readonly frame: Frame,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Access('public')
  @Get('health')
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.answer(reply, [...this.liveChecks(), ...this.readyChecks()]);
  }

  /** 503 when a loop's heartbeat is older than three intervals: the process hangs and only a restart helps. */
  @Access('public')
  @Get('health/live')
  async live(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.answer(reply, this.liveChecks());
  }

  /** 503 while something this process needs does not work, its loops have not started, or it is stopping. */
  @Access('public')
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.answer(reply, this.readyChecks());
  }

  /** The states of what lies outside; always 200. */
  @Access('public')
  @Get('status')
  async status(): Promise<unknown> {
    const checks = await Promise.all([...this.registry.status].map(([name, probe]) => this.probe(name, probe)));
    return {
      service: this.frame.service,
      time: this.clock.now(),
      uptimeSeconds: Math.round(process.uptime()),
      checks: Object.assign({}, ...checks) as Record<string, unknown>,
    };
  }

  @Access('public')
  @Get('metrics')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  private liveChecks(): HealthIndicatorFunction[] {
    return this.loops.heartbeats().map(({ loop, ageMs, maxAgeMs, alive }) => () => {
      const indicator = this.indicators.check(`loop ${loop}`);
      if (alive) return indicator.up({ heartbeatAgeMs: ageMs });
      return indicator.down({ heartbeatAgeMs: ageMs, message: `no heartbeat for more than ${maxAgeMs} ms: the tick hangs` });
    });
  }

  private readyChecks(): HealthIndicatorFunction[] {
    const checks = [...this.registry.readiness].map(
      ([name, probe]) =>
        () =>
          this.probe(name, probe),
    );
    if (this.frame.kind !== 'worker') return checks;
    const loops = this.indicators.check('loops');
    return [...checks, () => (this.loops.started ? loops.up() : loops.down('the loops have not started, or are stopping'))];
  }

  private async probe(name: string, probe: HealthProbe) {
    return this.indicators
      .check(name)
      .attempt(() => probe())
      .withTimeout(CHECK_TIMEOUT_MS);
  }

  /** Terminus throws its result when a check fails; here it is the answer's body all the same, with its details. */
  private async answer(reply: FastifyReply, checks: HealthIndicatorFunction[]): Promise<unknown> {
    try {
      return await this.terminus.check(checks);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      void reply.status(503);
      return error.getResponse();
    }
  }
}
