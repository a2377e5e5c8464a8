/** The apps that have a database, each with a PostgreSQL role of its own: see `roleOf`. */
export const SERVICES = [
  'agent-api',
  'deployment-api',
  'signal-api',
  'trade-executor-worker',
  'position-monitor-worker',
  'tweet-ingestion-worker',
  'metrics-updater-worker',
  'research-signal-worker',
] as const;
export type Service = (typeof SERVICES)[number];

/** `maxxit_agent_api` of "agent-api". */
export function roleOf(service: Service): string {
  return `maxxit_${service.replaceAll('-', '_')}`;
}

/** Of keys and signatures that are stored encrypted: with the master key, these columns are the secret itself. */
export const SEALED_COLUMNS = ['master_key_id', 'wrapped_data_key', 'ciphertext'];

/**
 * What a service may do with a table, in PostgreSQL's letters, separated by spaces: `r` reads (SELECT), `a` adds (INSERT), `w` changes
 * (UPDATE), `d` removes (DELETE); `w(column,...)` changes these columns only. `r` and `w` leave out the sealed columns; `s` reads these too.
 * Whoever locks rows (FOR UPDATE, FOR SHARE) has to be allowed to change a column: `LOCK` is the right to change `created_at`, by which
 * nothing is decided.
 */
export type Rights = string;
type TableGrants = Partial<Record<Service, Rights>>;

const LOCK = 'w(created_at)';

/** Of the APIs, which let callers in by these rows. */
const letsIn = (rights: Rights): TableGrants => ({ 'agent-api': rights, 'deployment-api': rights, 'signal-api': rights });
/** Of those who make signals: they share the code that does. */
const makeSignals = (rights: Rights): TableGrants => ({
  'signal-api': rights,
  'tweet-ingestion-worker': rights,
  'research-signal-worker': rights,
});
/** Of those who trade: either opens, settles, protects, closes and reconciles. */
const trade = (rights: Rights): TableGrants => ({ 'trade-executor-worker': rights, 'position-monitor-worker': rights });
/** Of whoever asks a venue or a source whose requests are limited. */
const askOutside = (rights: Rights): TableGrants => ({ 'deployment-api': rights, ...makeSignals(rights), ...trade(rights) });

/**
 * Which service may do what with which table; what is not here, the database refuses. The one place where it is said: `migrate` grants
 * exactly this, and `roles.medium-spec.ts` tries all of it as each role. A new table gets a line here, or `migrate` fails.
 */
export const GRANTS: Readonly<Record<string, TableGrants>> = {
  agent_accounts: { 'agent-api': 'r a w d', ...makeSignals('r') },
  agent_metrics: { 'agent-api': 'r', 'deployment-api': 'r', 'metrics-updater-worker': 'r a w' },
  agent_research_institutes: { 'agent-api': 'r a w d', ...makeSignals('r') },
  agent_versions: { 'agent-api': 'r a', 'deployment-api': 'r', ...makeSignals('r'), ...trade('r') },
  agents: {
    'agent-api': 'r a w',
    'deployment-api': `r ${LOCK}`,
    ...makeSignals(`r ${LOCK}`),
    'trade-executor-worker': 'r',
    'position-monitor-worker': `r ${LOCK}`,
    'metrics-updater-worker': 'r',
  },
  api_keys: { ...letsIn('r w(last_used_at)'), 'agent-api': 'r a w(last_used_at,revoked_at)' },
  audit_log: { 'agent-api': 'r a', 'deployment-api': 'r a', 'position-monitor-worker': 'r a' },
  authorisation_steps: { 'deployment-api': 'r a w d', 'position-monitor-worker': 'r a w d' },
  call_outcomes: { ...makeSignals('r'), 'metrics-updater-worker': 'r a w d' },
  classifications: { 'deployment-api': 'r', ...makeSignals('r a w'), ...trade('r'), 'metrics-updater-worker': 'r' },
  deployment_venues: {
    'agent-api': 'r',
    'deployment-api': 'r a w d',
    'trade-executor-worker': 'r',
    'position-monitor-worker': 'r w(joined_at) d',
  },
  deployments: {
    'agent-api': 'r w',
    'deployment-api': 'r a w',
    ...makeSignals('r'),
    ...trade('r w'),
    'metrics-updater-worker': 'r',
  },
  equity_proofs: trade('r a'),
  equity_snapshots: { 'agent-api': 'r', 'deployment-api': 'r a', ...trade('r a'), 'metrics-updater-worker': 'r a' },
  // Written by triggers that run as the owner.
  events: { 'deployment-api': 'r', 'position-monitor-worker': 'r d' },
  fills: { 'deployment-api': 'r', ...trade('r a'), 'metrics-updater-worker': 'r' },
  idempotency_keys: letsIn('r a w d'),
  kill_switches: { 'deployment-api': 'r a w', ...makeSignals('r'), 'trade-executor-worker': 'r', 'position-monitor-worker': 'r w' },
  llm_answers: makeSignals('r a'),
  mandates: { 'deployment-api': 'r a w(superseded_at)', ...makeSignals('r'), ...trade('r') },
  market_prices: { 'signal-api': 'r', 'tweet-ingestion-worker': 'r a w', 'research-signal-worker': 'r', 'metrics-updater-worker': 'r' },
  market_syncs: { 'trade-executor-worker': 'r', 'position-monitor-worker': 'r a w' },
  orders: { 'agent-api': 'r', 'deployment-api': 'r', ...makeSignals('r a w'), ...trade('r a w') },
  // deployment-api counts them, and hands them out by take_wallet().
  pool_wallets: { 'deployment-api': 'r', 'position-monitor-worker': 'r a' },
  positions: { 'agent-api': 'r', 'deployment-api': 'r w', ...makeSignals('r'), ...trade('r a w'), 'metrics-updater-worker': 'r' },
  posts: {
    'deployment-api': 'r',
    'signal-api': 'r w',
    'tweet-ingestion-worker': 'r a w',
    'research-signal-worker': 'r',
    ...trade('r'),
    'metrics-updater-worker': 'r',
  },
  protective_orders: { 'deployment-api': 'r', ...trade('r a w') },
  rate_limits: letsIn('r a w d'),
  reconciliation_gaps: trade('r a w'),
  refresh_tokens: { 'agent-api': 'r a w' },
  reports: {
    'deployment-api': 'r',
    'signal-api': 'r a w',
    'tweet-ingestion-worker': 'r',
    'research-signal-worker': 'r a w',
    ...trade('r'),
    'metrics-updater-worker': 'r',
  },
  request_allowances: askOutside('r a w'),
  request_spendings: askOutside('r a w d'),
  request_turns: askOutside('r a w d'),
  research_institutes: {
    'agent-api': 'r a',
    'deployment-api': 'r',
    'signal-api': 'r w',
    'tweet-ingestion-worker': 'r',
    'research-signal-worker': 'r w',
    'metrics-updater-worker': 'r',
  },
  routing_decisions: { 'agent-api': 'r', 'deployment-api': 'r', 'trade-executor-worker': 'r a' },
  sessions: { ...letsIn('r'), 'agent-api': 'r a w' },
  sign_in_nonces: { 'agent-api': 'r a d' },
  signal_sources: { 'deployment-api': 'r', ...makeSignals('r a'), ...trade('r') },
  signals: { 'agent-api': 'r', 'deployment-api': 'r', ...makeSignals('r a w'), ...trade('r w') },
  signer_nonces: trade('r a w'),
  social_lists: makeSignals('r a w'),
  source_budgets: makeSignals('r a w'),
  token_keys: { ...letsIn('r'), 'agent-api': 'r a w' },
  token_signing_keys: { 'agent-api': 'r s a' },
  // Nobody changes a role: that is done from the command line, as the owner of the schema.
  users: { 'agent-api': `r a ${LOCK}`, 'deployment-api': `r a ${LOCK}`, 'signal-api': 'r' },
  venue_accounts: {
    'deployment-api': 'r a w(created_at,proven_at)',
    'trade-executor-worker': `r ${LOCK}`,
    'position-monitor-worker': 'r w(created_at,proven_at)',
  },
  venue_cash_flows: trade('r a w'),
  venue_fills: trade('r a w'),
  venue_keys: {
    'deployment-api': 'r w(state,valid_until,expiry_warned_days)',
    'trade-executor-worker': 'r s',
    'position-monitor-worker': 'r s w(state,valid_until,expiry_warned_days)',
  },
  venue_ledgers: trade('r a w'),
  venue_markets: { ...makeSignals('r'), 'trade-executor-worker': 'r', 'position-monitor-worker': 'r a w' },
  webhook_deliveries: { 'deployment-api': 'r a w', 'position-monitor-worker': 'r w d' },
  webhooks: { 'deployment-api': 'r a w(deleted_at)', 'position-monitor-worker': 'r s' },
  x_accounts: {
    'agent-api': 'r a',
    'deployment-api': 'r',
    'signal-api': 'r',
    'tweet-ingestion-worker': 'r w',
    'research-signal-worker': 'r',
    'metrics-updater-worker': 'r',
  },
};

/** Functions that run with the rights of the owner of the schema, and who may call them: nobody may call those that are not here. */
export const FUNCTION_GRANTS: Readonly<Record<string, readonly Service[]>> = {
  'take_wallet(uuid, timestamptz)': ['deployment-api'],
};

/** What `rights` allow on a table with these columns: for reading and changing the columns, for adding and removing whole rows. */
export function allowed(rights: Rights | undefined, columns: readonly string[]) {
  const letters = rights?.split(' ') ?? [];
  const open = columns.filter((column) => !SEALED_COLUMNS.includes(column));
  const named = letters.flatMap((letter) => /^w\((.+)\)$/.exec(letter)?.[1]?.split(',') ?? []);
  return {
    read: letters.includes('s') ? [...columns] : letters.includes('r') ? open : [],
    change: letters.includes('w') ? open : named,
    add: letters.includes('a'),
    remove: letters.includes('d'),
  };
}

/** Of `tables`, those about which GRANTS says nothing. */
export function withoutGrants(tables: readonly string[]): string[] {
  return tables.filter((table) => !(table in GRANTS));
}

/** What to do about a table without grants. */
export function adviceOn(tables: readonly string[]): string {
  const [first] = tables;
  return (
    `No service has been granted anything on ${tables.join(', ')}. Add a line to GRANTS in libs/database/src/grants.ts that says which ` +
    `services need what, e.g. ${first}: { 'agent-api': 'r a w' } (r SELECT, a INSERT, w UPDATE, d DELETE).`
  );
}
