/** The time, injected: code that decides takes a `Date`, and only loops and controllers ask the clock. */
export interface Clock {
  now(): Date;
}

export const CLOCK = Symbol('CLOCK');

export const systemClock: Clock = { now: () => new Date() };
