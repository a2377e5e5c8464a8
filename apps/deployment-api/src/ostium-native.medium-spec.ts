import { refillWalletPool } from '@maxxit/database';
import { Decimal, type AuthorisationStep } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import {
  createTestDatabase,
  given,
  newWallet,
  OstiumChain,
  signTypedData,
  TEST_MASTER_KEY,
  type TestDatabase,
  TestTokens,
  testVault,
} from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeploymentApiModule } from './deployment-api.module';
import type { AuthorisationStatusDto, OstiumAuthorisationDto } from './deployments/authorisation.dto';
import type { AuthorisationsDto, CreatedOstiumDeploymentDto } from './deployments/deployment.dto';
import type { DeploymentPreviewDto } from './deployments/preview.dto';

const CREATE = '/api/ostium/create-deployment';

describe('deploying at Ostium through its contracts', () => {
  const wallet = newWallet();
  const user = wallet.address.toLowerCase();
  const logged: string[] = [];
  let chain: OstiumChain;
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let headers: { authorization: string };
  let request: object;

  // Compiling the contracts and starting the node are slow on a busy machine.
  beforeAll(async () => {
    chain = await OstiumChain.start(() => new Decimal(100));
    database = await createTestDatabase();
    const config = loadConfig(DeploymentApiModule.settings, {
      DATABASE_URL: await database.urlOf('deployment-api'),
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      VENUES: 'ostium',
      VENUES_OSTIUM: 'native',
      ...chain.settings(),
      LOG_LEVEL: 'warn',
      LOG_PRETTY: 'false',
    });
    app = await createApiApp(DeploymentApiModule, config, { logTo: { write: (line) => void logged.push(line) } });
    await app.init();
    headers = await (await TestTokens.of(database.dataSource)).user('deployment-api', { wallet: user });
    const { id: agentId } = await given(database.dataSource).signedAgent({ venues: ['ostium'] });
    await refillWalletPool(database.dataSource, testVault(database.dataSource), 3);
    const mandateValidUntil = new Date(Date.now() + 30 * 86_400_000).toISOString();
    request = { agentId, maxNotionalUsd: '5000', maxLeverage: '5', maxDailyLossUsd: '250', mandateValidUntil };
    await chain.fund(user, '1000');
  }, 150_000);
  afterAll(async () => {
    await app.close();
    await database.drop();
    await chain.stop();
  });

  async function call<T>(method: 'GET' | 'POST', url: string, payload?: object): Promise<T> {
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
    expect([response.statusCode, response.payload]).toEqual([response.statusCode < 300 ? response.statusCode : 200, expect.anything()]);
    return response.json<T>();
  }
  const preview = () => call<DeploymentPreviewDto>('POST', CREATE, { ...request, dryRun: true });
  async function create(): Promise<CreatedOstiumDeploymentDto> {
    const { mandate, typedData } = (await preview()).toSign;
    const signature = await signTypedData(wallet, typedData);
    return call<CreatedOstiumDeploymentDto>('POST', CREATE, { ...request, nonce: mandate.nonce, signature });
  }
  const send = ({ to, data, valueWei }: OstiumAuthorisationDto['calls'][number]) => chain.sendAs(user, to, data as `0x${string}`, valueWei);
  const stepsOf = ({ calls }: OstiumAuthorisationDto) => calls.map(({ step }) => step);
  async function callsOf(id: string) {
    const { authorisations } = await call<AuthorisationsDto>('GET', `/api/deployments/${id}/authorisations`);
    return authorisations[0] as OstiumAuthorisationDto;
  }
  async function authorise(id: string) {
    const { state, steps } = await call<AuthorisationStatusDto>('POST', `/api/deployments/${id}/authorise`);
    return { state, waiting: steps.filter((step) => step.state === 'waiting').map(({ step }): AuthorisationStep => step) };
  }

  it('asks for ETH for the delegate by a transfer, trades once it has come, and says so when it runs low, and pauses nothing', async () => {
    expect((await preview()).approvals.map(({ step, to, valueWei, data }) => [step, to !== null, valueWei !== '0', data])).toEqual([
      ['approve_allowance', true, false, expect.any(String)],
      ['set_delegate', true, false, null],
      ['fund_gas', false, true, '0x'],
    ]);
    const { deployment, authorisation } = await create();
    const { id } = deployment;
    const before = await call<AuthorisationStatusDto>('GET', `/api/deployments/${id}/authorisation`);
    expect(before.steps.map(({ step }) => step)).toEqual(['approve_allowance', 'deposit', 'fund_gas', 'set_delegate']);
    expect(stepsOf(authorisation)).toEqual(['approve_allowance', 'set_delegate', 'fund_gas']);
    const [allowance, delegation, transfer] = authorisation.calls;
    expect(transfer).toMatchObject({ to: authorisation.delegateAddress, data: '0x' });

    await send(allowance!);
    await send(delegation!);
    expect(await authorise(id)).toEqual({ state: 'awaiting_authorisation', waiting: ['fund_gas'] });
    await send(transfer!);
    expect(await authorise(id)).toEqual({ state: 'active', waiting: [] });
    expect(stepsOf(await callsOf(id))).toEqual(['approve_allowance', 'set_delegate']);
    // What is approved and paid for already is not asked for again, for a further deployment on the account.
    expect((await preview()).approvals.map(({ step }) => step)).toEqual(['approve_allowance']);

    await chain.raw('anvil_setBalance', [authorisation.delegateAddress, '0x1']);
    expect(await authorise(id)).toEqual({ state: 'active', waiting: ['fund_gas'] });
    const warnings = logged.filter((line) => line.includes('GAS_LOW'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(authorisation.delegateAddress);
    const refill = (await callsOf(id)).calls.find(({ step }) => step === 'fund_gas');
    await send(refill!);
    expect(await authorise(id)).toEqual({ state: 'active', waiting: [] });
  });

  it('makes a deployment while the node can not be asked, and leaves the transfer to be asked for later', async () => {
    const { mandate, typedData } = (await preview()).toSign;
    const signature = await signTypedData(wallet, typedData);
    await chain.raw('anvil_setBalance', [(await create()).authorisation.delegateAddress, '0x0']);
    await chain.disconnect();
    const made = await call<CreatedOstiumDeploymentDto>('POST', CREATE, { ...request, nonce: mandate.nonce, signature });
    expect(stepsOf(made.authorisation)).toEqual(['approve_allowance', 'set_delegate']);
  });
});
