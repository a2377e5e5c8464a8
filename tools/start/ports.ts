import { APP_PORTS, type AppName } from '@maxxit/testing';
import net from 'node:net';

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}

/** The apps whose usual port something else listens on. */
export async function takenPorts(): Promise<{ app: AppName; port: number }[]> {
  const apps = Object.entries(APP_PORTS).map(([app, port]) => ({ app: app as AppName, port }));
  const taken = await Promise.all(apps.map(({ port }) => isTaken(port)));
  return apps.filter((_, index) => taken[index]);
}
