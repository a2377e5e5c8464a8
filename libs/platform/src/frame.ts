/** What the frame of a process knows about it. */
export interface Frame {
  readonly service: string;
  /** A stand-in plays somebody else's service and has no users of ours: its routes declare no access. */
  readonly kind: 'api' | 'worker' | 'stand-in';
}

export const FRAME = Symbol('FRAME');
