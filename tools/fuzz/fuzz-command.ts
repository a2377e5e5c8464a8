import { createDataSource, migrate } from '@maxxit/database';
import { Command } from 'commander';
import 'reflect-metadata';
import { loadAppModule } from '../app-modules';
import { developmentDatabase } from '../development-database';
import { withScratchDatabase } from '../scratch-database';
import { findingText, fuzzApi } from './api-fuzz';
import { startFuzzSystem } from './fuzz-system';

const { cases, seed, api } = new Command('fuzz:api')
  .description('Sends requests made from the OpenAPI documents to the three APIs, and compares the answers with the documents.')
  .option('--cases <number>', 'how many requests each API gets', '3000')
  .option('--seed <number>', 'the same seed makes the same requests', '1')
  .option('--api <name>', 'only this one')
  .parse()
  .opts<{ cases: string; seed: string; api?: string }>();

const server = await developmentDatabase();
try {
  await withScratchDatabase(server.url, 'fuzz', async (url) => {
    await migrate(url);
    const dataSource = await createDataSource({ url, service: 'fuzz' }).initialize();
    const system = await startFuzzSystem(dataSource, url, loadAppModule);
    try {
      for (const target of system.targets.filter((one) => api === undefined || one.api === api)) {
        const startedAt = performance.now();
        const report = await fuzzApi(target, Number(cases), Number(seed));
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(
          `${report.api}: ${report.cases} requests in ${seconds} s, ${report.findings.length} findings; answers ${JSON.stringify(report.statuses)}`,
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
