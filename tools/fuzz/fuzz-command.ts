import { createDataSource, migrate } from '@maxxit/database';
import { Command } from 'commander';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import 'reflect-metadata';
import { loadAppModule } from '../app-modules';
import { developmentDatabase } from '../development-database';
import { withScratchDatabase } from '../scratch-database';
import { findingText, fuzzApi } from './api-fuzz';
import { startFuzzSystem, type FuzzSystem } from './fuzz-system';
import { CALLERS } from './requests';

const { cases, seed, api, serve } = new Command('fuzz:api')
  .description('Sends requests made from the OpenAPI documents to the three APIs, and compares the answers with the documents.')
  .option('--cases <number>', 'how many requests each API gets', '3000')
  .option('--seed <number>', 'the same seed makes the same requests', '1')
  .option('--api <name>', 'only this one')
  .option('--serve', 'send nothing, but keep the APIs running with rows of every kind, for a tool from outside; until Ctrl-C')
  .parse()
  .opts<{ cases: string; seed: string; api?: string; serve?: boolean }>();

const server = await developmentDatabase();
try {
  await withScratchDatabase(server.url, 'fuzz', async (url) => {
    await migrate(url);
    const dataSource = await createDataSource({ url, service: 'fuzz' }).initialize();
    const system = await startFuzzSystem(dataSource, url, loadAppModule);
    try {
      if (serve) return await keepServing(system);
      for (const target of system.targets.filter((one) => api === undefined || one.api === api)) {
        const startedAt = performance.now();
        const report = await fuzzApi(target, Number(cases), Number(seed));
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(
          `${report.api}: ${report.cases} requests in ${seconds} s, ${report.findings.length} findings; answers ${JSON.stringify(report.statuses)}, of signed ones ${JSON.stringify(report.signed)}; ${report.events} events`,
        );
        for (const finding of report.findings) console.log(`  ${findingText(finding)}`);
        if (report.findings.length > 0) process.exitCode = 1;
      }
    } finally {
      await system.stop();
      await dataSource.destroy();
    }
  });
} finally {
  await server.stop();
}

/** Prints where the APIs are, and where a tool gets headers to sign in with: access tokens of callers of all kinds, made anew when they grow old. */
async function keepServing({ targets }: FuzzSystem): Promise<void> {
  const signIn = http.createServer((request, response) => {
    const [name, caller] = (request.url ?? '').slice(1).split('/').map(decodeURIComponent);
    const target = targets.find(({ api }) => api === name);
    const known = CALLERS.find((one) => one === caller);
    if (!target || !known) return void response.writeHead(404).end(`/<api>/<caller>, of whom there are ${CALLERS.join(', ')}`);
    void target
      .credentials(known)
      .then((headers) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(headers)));
  });
  signIn.listen(0, '127.0.0.1');
  await once(signIn, 'listening');
  for (const { api, url } of targets) console.log(`${api}: ${url}, its document at ${url}/docs-json`);
  console.log(`headers to sign in with: http://127.0.0.1:${(signIn.address() as AddressInfo).port}/<api>/<${CALLERS.join(' | ')}>`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  signIn.close();
}
