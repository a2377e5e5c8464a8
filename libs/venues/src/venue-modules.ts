import { isOutsideVenue, isVenue, type OutsideVenue, type Venue, type VenueAdapter } from '@maxxit/domain';
import { ConfigError, setting } from '@maxxit/platform';
import type { DynamicModule, Type } from '@nestjs/common';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const SERVED_VENUES = ['hyperliquid', 'ostium'] as const;

/** An adapter as a class, and the Nest module that provides and exports it. */
export interface ProvidedAdapter {
  module: DynamicModule | Type;
  adapter: Type<VenueAdapter>;
}

/** A venue from outside, as a file that VENUE_MODULES names exports it by default. */
export interface VenueModule {
  readonly venue: OutsideVenue;
  /** Read with the settings of each process that knows the venue. Their names begin with the venue's, so that none hides one of ours. */
  readonly settings: z.ZodRawShape;
  /** Called when VENUES contains the venue, with its own settings and no others. */
  register(settings: Record<string, unknown>): ProvidedAdapter;
}

/** Makes a VenueModule, with `register` typed by its settings. */
export function venueModule<S extends z.ZodRawShape>(definition: {
  venue: OutsideVenue;
  settings: S;
  register(settings: z.infer<z.ZodObject<S>>): ProvidedAdapter;
}): VenueModule {
  const { venue, settings } = definition;
  return { venue, settings, register: (values) => definition.register(values as z.infer<z.ZodObject<S>>) };
}

/** How the settings of a venue begin: X_ACME_ for x-acme. */
export function settingsPrefix(venue: OutsideVenue): string {
  return `${venue.toUpperCase().replaceAll('-', '_')}_`;
}

/** VENUES, where these venues from outside are known besides ours. */
export function servedVenues(outside: readonly OutsideVenue[]) {
  return setting
    .list<Venue>([...SERVED_VENUES, ...outside])
    .default([...SERVED_VENUES])
    .describe('the venues to trade on, separated by commas: hyperliquid, ostium, and those of VENUE_MODULES (x-...)');
}

/** VENUE_MODULES, once the files that it names are loaded. */
export function venueModules(loaded: readonly VenueModule[]) {
  return z
    .string()
    .transform((text, context): readonly VenueModule[] => {
      if (filesOf(text).length === loaded.length) return loaded;
      context.addIssue({ code: 'custom', message: 'it has to be loaded before the settings are read' });
      return z.NEVER;
    })
    .default([])
    .describe(
      'files with venues of your own, separated by commas: JavaScript that this process loads and runs; see docs/how-to/add-a-venue.md',
    );
}

function filesOf(text: string): string[] {
  return text
    .split(',')
    .map((file) => file.trim())
    .filter((file) => file !== '');
}

/** The adapters of those modules whose venue is in use. Each is given its own settings only: the others hold secrets of ours. */
export function providedAdapters(
  modules: readonly VenueModule[],
  venues: readonly Venue[],
  settings: Readonly<Record<string, unknown>>,
): (ProvidedAdapter & { venue: Venue })[] {
  return modules
    .filter(({ venue }) => venues.includes(venue))
    .map((module) => {
      const own = Object.fromEntries(Object.keys(module.settings).map((name) => [name, settings[name]]));
      return { venue: module.venue, ...module.register(own) };
    });
}

/**
 * Loads the files that VENUE_MODULES names, and gives the settings that come with them: VENUES with their names allowed, VENUE_MODULES with
 * the modules themselves, and the settings of each. For `furtherSettings` of an app's module; nothing is loaded but what the environment
 * names, each a file on this machine. Throws ConfigError with all that is wrong with the modules.
 */
export async function venueModuleSettings(
  env: NodeJS.ProcessEnv,
  load: (file: string) => Promise<unknown> = (file) => import(pathToFileURL(file).href),
): Promise<z.ZodRawShape> {
  const files = filesOf(env['VENUE_MODULES'] ?? '');
  const problems: string[] = [];
  const modules: VenueModule[] = [];
  for (const file of files) {
    const found = await loadModule(path.resolve(file), load);
    if (typeof found === 'string') problems.push(`VENUE_MODULES: ${file} ${found}`);
    else if (modules.some(({ venue }) => venue === found.venue)) problems.push(`VENUE_MODULES: two files have the venue ${found.venue}`);
    else modules.push(found);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const own = Object.assign({}, ...modules.map(({ settings }) => settings)) as z.ZodRawShape;
  return { ...own, VENUES: servedVenues(modules.map(({ venue }) => venue)), VENUE_MODULES: venueModules(modules) };
}

/** The module, or what is wrong with the file, as the rest of a sentence. */
async function loadModule(file: string, load: (file: string) => Promise<unknown>): Promise<VenueModule | string> {
  let exported: unknown;
  try {
    exported = await load(file);
  } catch (error) {
    return `could not be loaded (${error instanceof Error ? error.message : 'unknown error'})`;
  }
  const found = defaultOf(exported);
  if (!isVenueModule(found)) return 'has no default export that venueModule made';
  if (!isVenue(found.venue) || !isOutsideVenue(found.venue)) {
    return `has the venue "${String(found.venue)}"; the name of a venue from outside is x- and up to 30 of a-z, 0-9 and -, a letter first`;
  }
  const prefix = settingsPrefix(found.venue);
  const strange = Object.keys(found.settings).filter((name) => !name.startsWith(prefix));
  return strange.length === 0 ? found : `has settings whose names do not begin with ${prefix}: ${strange.join(', ')}`;
}

function defaultOf(exported: unknown): unknown {
  return typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined;
}

function isVenueModule(value: unknown): value is VenueModule {
  return typeof value === 'object' && value !== null && 'venue' in value && 'settings' in value && 'register' in value;
}
