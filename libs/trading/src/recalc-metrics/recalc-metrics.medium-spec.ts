import { AgentMetricsEntity, type DeploymentEntity, EquitySnapshotEntity } from '@maxxit/database';
import { Decimal } from '@maxxit/domain';
import { markEquityDaily } from '../equity/equity-marks';
import { SECOND, TradingTest } from '../trading.harness-spec';
import { RecalcMetricsCommand } from './recalc-metrics.command';
import { RecalcMetricsHandler } from './recalc-metrics.handler';
import { staleAgents } from './stale-agents';

const usd = (value: Decimal.Value) => new Decimal(value);
const DAY_MS = 86_400 * SECOND;

describe('measuring', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(() => test.drop());

  const marks = () => test.dataSource.getRepository(EquitySnapshotEntity);
  const mark = (deployment: DeploymentEntity, markedAt: string, equityUsd: Decimal.Value, netFlowUsd: Decimal.Value = 0) =>
    marks().insert({
      deploymentId: deployment.id,
      kind: 'close',
      markedAt: new Date(markedAt),
      equityUsd: usd(equityUsd),
      netFlowUsd: usd(netFlowUsd),
    });
  const recalc = (agentId: string) => new RecalcMetricsHandler(test.dataSource, test.clock).execute(new RecalcMetricsCommand(agentId));
  const metrics = (agentId: string) => test.dataSource.getRepository(AgentMetricsEntity).findOneByOrFail({ agentId });

  describe('RecalcMetricsHandler', () => {
    it('writes the figures of all deployments of the agent and of no other, by hand', async () => {
      const agent = await test.given.agent();
      const small = await test.given.deployment({ agentId: agent.id });
      const large = await test.given.deployment({ agentId: agent.id });
      const other = await test.given.deployment();
      for (const [deployment, equities] of [
        [small, [1_000, 1_100, 1_050, 1_050]],
        [large, [9_000, 9_000, 9_050, 8_545]],
        [other, [5, 500, 5, 50_000]],
      ] as const) {
        for (const [day, equity] of equities.entries()) await mark(deployment, `2026-01-0${day + 1}T00:00:00Z`, equity);
      }
      const closed = (realisedPnlUsd: Decimal.Value, hours: number) =>
        test.given.position({
          deploymentId: small.id,
          state: 'closed',
          size: usd(0),
          realisedPnlUsd: usd(realisedPnlUsd),
          feesUsd: usd('1.5'),
          openedAt: new Date('2026-01-01T00:00:00Z'),
          closedAt: new Date(Date.UTC(2026, 0, 1, hours)),
          exitReason: 'take_profit',
        });
      await closed(100, 1);
      await closed(-50, 3);
      await test.given.position({ deploymentId: large.id, symbol: 'ETH', realisedPnlUsd: usd(-3) }); // still open

      await recalc(agent.id);

      // Composite: 100 / 10,000 = 1 %; 0 / 10,100 = 0; -505 / 10,100 = -5 %. Compounded 1.01 x 0.95 - 1 = -4.05 %, deepest fall -5 %.
      const figures = await metrics(agent.id);
      expect(figures.totalReturn?.toFixed()).toBe('-0.0405');
      expect(figures.maxDrawdown?.toFixed()).toBe('-0.05');
      // Python: statistics.mean(r) / statistics.stdev(r) * math.sqrt(365) for r = [0.01, 0, -0.05]
      expect(figures.sharpeSinceInception?.toNumber()).toBeCloseTo(-7.9243737244485875, 9);
      expect(figures.aprSinceInception).toBeNull();
      expect(figures.reasons).toMatchObject({ aprSinceInception: 'The history of 3.00 days is shorter than 7 days.' });
      // +100 and -50
      expect(figures).toMatchObject({ closedPositions: 2, equityMarks: 8, computedAt: test.clock.now() });
      expect([figures.winRate, figures.profitFactor, figures.expectancyUsd, figures.averageHoldSeconds].map(String)).toEqual([
        '0.5',
        '2',
        '25',
        '7200',
      ]);
      expect([figures.realisedPnlUsd, figures.feesUsd].map(String)).toEqual(['50', '3']);
    });

    it('computes anew what is there, and never adds to it', async () => {
      const agent = await test.given.agent();
      const deployment = await test.given.deployment({ agentId: agent.id });
      await mark(deployment, '2026-01-01T00:00:00Z', 1_000);
      await mark(deployment, '2026-01-02T00:00:00Z', 1_100);
      await recalc(agent.id);
      await recalc(agent.id);
      expect((await metrics(agent.id)).totalReturn?.toFixed()).toBe('0.1');
      await mark(deployment, '2026-01-03T00:00:00Z', 1_210);
      await recalc(agent.id);
      expect((await metrics(agent.id)).totalReturn?.toFixed()).toBe('0.21');
    });

    it('writes a row for an agent that has nothing yet, with the reasons', async () => {
      const agent = await test.given.agent();
      await recalc(agent.id);
      expect(await metrics(agent.id)).toMatchObject({
        totalReturn: null,
        closedPositions: 0,
        reasons: { totalReturn: 'There is no equity mark yet.' },
      });
    });
  });

  describe('staleAgents', () => {
    it('are those with marks that their figures do not include', async () => {
      const deployment = await test.given.deployment();
      await test.given.deployment(); // without marks
      expect(await staleAgents(test.dataSource)).toEqual([]);
      await mark(deployment, '2026-01-01T00:00:00Z', 1_000);
      expect(await staleAgents(test.dataSource)).toEqual([deployment.agentId]);
      await recalc(deployment.agentId);
      expect(await staleAgents(test.dataSource)).toEqual([]);
      await mark(deployment, '2026-01-02T00:00:00Z', 1_000);
      expect(await staleAgents(test.dataSource)).toEqual([deployment.agentId]);
    });

    it('are there after a position is closed', async () => {
      const deployment = await test.given.deployment();
      await test.worker().close((await test.opened(deployment)).id);
      expect(await staleAgents(test.dataSource)).toEqual([deployment.agentId]);
    });
  });

  describe('markEquityDaily', () => {
    const NOON = new Date('2026-03-02T12:00:00Z');
    const running = (values: Partial<DeploymentEntity> = {}) =>
      test.given.deployment({ activatedAt: new Date('2026-03-01T00:00:00Z'), ...values } as { activatedAt: Date });
    const daily = () => marks().find({ where: { kind: 'daily' }, order: { markedAt: 'ASC' } });

    it('marks the equity at 00:00 UTC by the books', async () => {
      const deployment = await running();
      // 0.1 BTC from 60,000, now 61,000: +100; 2.70 of fees; and -20 of a position that is closed
      await test.given.position({ deploymentId: deployment.id, markPrice: usd(61_000), realisedPnlUsd: usd('-2.7') });
      await test.given.position({
        deploymentId: deployment.id,
        symbol: 'ETH',
        state: 'closed',
        size: usd(0),
        realisedPnlUsd: usd(-20),
        closedAt: NOON,
        exitReason: 'stop_loss',
      });
      await markEquityDaily(test.dataSource.manager, NOON);
      const [row, ...others] = await daily();
      expect(others).toEqual([]);
      expect(row).toMatchObject({ deploymentId: deployment.id, markedAt: new Date('2026-03-02T00:00:00Z'), positionId: null });
      expect(row?.equityUsd.toFixed()).toBe('10077.3');
    });

    it('marks each day once, whatever number of workers does it', async () => {
      await running();
      await running({ state: 'paused' });
      const twice = () => Promise.all([1, 2].map(() => markEquityDaily(test.dataSource.manager, NOON)));
      await test.connect(2);
      await twice();
      await twice();
      expect(await daily()).toHaveLength(2);
      await markEquityDaily(test.dataSource.manager, new Date(NOON.getTime() + DAY_MS));
      expect(await daily()).toHaveLength(4);
    });

    it('leaves out what was not running at midnight, has ended, or was never activated', async () => {
      await running({ activatedAt: new Date('2026-03-02T00:00:00Z') });
      await running({ state: 'closed' });
      await running({ state: 'awaiting_authorisation', activatedAt: null, startingEquityUsd: null });
      await markEquityDaily(test.dataSource.manager, NOON);
      expect(await daily()).toEqual([]);
    });
  });
});
