import { v7 } from 'uuid';

let source: () => string = v7;

/** A new UUIDv7: unique, and ordered by the time it was made. */
export function newId(): string {
  return source();
}

/**
 * Has `newId` give what `ids` gives, in this process, until the function that it returns is called: for a replay, whose ids have to follow
 * from its input.
 */
export function useIds(ids: () => string): () => void {
  source = ids;
  return () => {
    source = v7;
  };
}
