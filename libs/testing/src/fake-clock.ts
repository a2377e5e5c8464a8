import type { Clock } from '@maxxit/domain';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  constructor(private time = new Date('2026-01-05T12:00:00Z')) {}

  now(): Date {
    return new Date(this.time);
  }

  set(time: Date): void {
    this.time = new Date(time);
  }

  /** Moves the time forward. */
  advance(ms: number): void {
    this.time = new Date(this.time.getTime() + ms);
  }
}
