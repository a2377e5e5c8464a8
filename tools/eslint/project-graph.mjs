import { readCachedProjectGraph } from '@nx/devkit';

/**
 * `@nx/enforce-module-boundaries` skips itself, with no more than a printed line, when Nx has not made its project graph yet (a
 * fresh clone): the lint would pass without having checked. So there is no lint without a graph. Throws when it is missing.
 */
export function requireProjectGraph() {
  try {
    readCachedProjectGraph();
  } catch (error) {
    throw new Error('There is no project graph, so module boundaries cannot be checked. Run "npm run lint" once, which makes it.', {
      cause: error,
    });
  }
}
