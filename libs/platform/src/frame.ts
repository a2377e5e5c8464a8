/** What the frame of a process knows about it. */
export interface Frame {
  readonly service: string;
  readonly kind: 'api' | 'worker';
}

export const FRAME = Symbol('FRAME');
