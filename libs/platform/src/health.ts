import { Injectable } from '@nestjs/common';

/** Resolves when all is well, possibly with facts to show; throws with the reason when not. */
export type HealthProbe = () => Promise<void | Record<string, unknown>>;

/** Where libs and apps say what has to work: each adds its checks once, when it starts. */
@Injectable()
export class HealthRegistry {
  readonly readiness = new Map<string, HealthProbe>();
  readonly status = new Map<string, HealthProbe>();

  /** Without this the process can't work: when `check` throws or takes more than 2 s, GET /health/ready answers 503. */
  addReadiness(name: string, check: HealthProbe): void {
    add(this.readiness, name, check);
  }

  /** The state of something outside, a venue say: shown by GET /status, and never a reason to be not ready. */
  addStatus(name: string, check: HealthProbe): void {
    add(this.status, name, check);
  }
}

function add(checks: Map<string, HealthProbe>, name: string, check: HealthProbe): void {
  if (checks.has(name)) throw new Error(`There is a health check "${name}" already: give this one a name of its own.`);
  checks.set(name, check);
}
