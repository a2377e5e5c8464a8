import fs from 'node:fs';
import { parse } from 'yaml';
import { appNames } from './app-modules';

interface ComposeService {
  image: string;
  build?: { args: { APP: string; PORT: number } };
  environment?: Record<string, string | number>;
  ports?: string[];
  profiles?: string[];
}

/** The settings of an app by its .env.example: all, those that have to be given (a venue's service URL when it trades there), and its port. */
function settingsOf(app: string): { all: string[]; required: string[]; port: string | undefined } {
  const example = fs.readFileSync(`apps/${app}/.env.example`, 'utf8');
  const names = (pattern: RegExp) => [...example.matchAll(pattern)].flatMap(([, name]) => name ?? []);
  return {
    all: names(/^(\w+)=/gm),
    required: [...names(/\(required\)\n(\w+)=/g), ...names(/^(\w+_SERVICE_URL)=/gm)],
    port: /^PORT=(\d+)$/m.exec(example)?.[1],
  };
}

const { services } = parse(fs.readFileSync('docker/compose.yaml', 'utf8'), { merge: true }) as { services: Record<string, ComposeService> };
const apps = appNames();

describe('docker/compose.yaml', () => {
  it('has every app, a database, its migration, and nothing else', () => {
    expect(Object.keys(services).sort()).toEqual([...apps, 'migrate', 'postgres', 'roles'].sort());
  });

  it('starts the simulator only when asked to', () => {
    expect(Object.keys(services).filter((name) => services[name]?.profiles)).toEqual(['venue-simulator']);
  });

  it('has no default for a secret', () => {
    const values = Object.values(services).flatMap(({ environment }) => Object.entries(environment ?? {}));
    for (const [, value] of values.filter(([name]) => /PASSWORD|KEY|DATABASE_URL/.test(name))) {
      expect(value).toMatch(/\$\{[A-Z_]+:\?/);
    }
  });

  it.each(apps)('%s: is built as itself, on its usual port and on loopback only', (app) => {
    const { port } = settingsOf(app);
    expect(services[app]?.image).toMatch(`maxxit/${app}:`);
    expect(services[app]?.build?.args).toEqual({ APP: app, PORT: Number(port) });
    expect(services[app]?.environment).toMatchObject({ HOST: '0.0.0.0', PORT: Number(port) });
    expect(services[app]?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  });

  it.each(apps)('%s: is given every setting that it requires', (app) => {
    expect(Object.keys(services[app]?.environment ?? {})).toEqual(expect.arrayContaining(settingsOf(app).required));
  });

  it.each(apps)('%s: is given no secret that it does not use', (app) => {
    const given = Object.keys(services[app]?.environment ?? {}).filter((name) => /KEY|DATABASE_URL/.test(name));
    expect(settingsOf(app).all).toEqual(expect.arrayContaining(given));
  });
});
