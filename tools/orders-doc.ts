import {
  DENIAL_TEXTS,
  DENY_CODES,
  errorMessage,
  EXIT_REASONS,
  isFinal,
  ORDER_IN_FLIGHT,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  POSITION_STATES,
  POSITION_TRANSITIONS,
  REJECT_CODES,
  REJECT_TEXTS,
  TRANSIENT_REJECT_CODES,
} from '@maxxit/domain';
import { Command } from 'commander';
import fs from 'node:fs';
import { format, resolveConfig } from 'prettier';

const FILE = 'docs/orders.md';

const { check } = new Command('docs:orders')
  .description(`Writes the tables of states and codes in ${FILE} from the code.`)
  .option('--check', 'write nothing; exit with 1 when the file is out of date')
  .parse()
  .opts<{ check?: boolean }>();

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
const tables: Record<string, string> = {
  'order-states': table(
    ['state', 'may become', ''],
    ORDER_STATES.map((state) => [code(state), ORDER_TRANSITIONS[state].map(code).join(', '), orderNote(state)]),
  ),
  'position-states': table(
    ['state', 'may become', ''],
    POSITION_STATES.map((state) => [
      code(state),
      POSITION_TRANSITIONS[state].map(code).join(', '),
      isFinal(POSITION_TRANSITIONS, state) ? 'final' : '',
    ]),
  ),
  'deny-codes': table(
    ['', 'code', 'means'],
    DENY_CODES.map((name, index) => [String(index + 1), code(name), DENIAL_TEXTS[name]]),
  ),
  'reject-codes': table(
    ['code', 'means', 'an opening order is tried again'],
    REJECT_CODES.map((name) => [
      code(name),
      REJECT_TEXTS[name],
      TRANSIENT_REJECT_CODES.includes(name) ? 'while its signal lives' : 'never',
    ]),
  ),
  'exit-reasons': EXIT_REASONS.map(code).join(', '),
};

try {
  const present = fs.readFileSync(FILE, 'utf8');
  const wanted = await format(Object.entries(tables).reduce(fill, present), { ...(await resolveConfig(FILE)), parser: 'markdown' });
  if (present === wanted) console.log(`${FILE} is up to date`);
  else if (!check) {
    fs.writeFileSync(FILE, wanted);
    console.log(`written: ${FILE}`);
  } else {
    console.error(`${FILE} is not what the code says. Run "npm run docs:orders" and commit it.`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
}

function orderNote(state: (typeof ORDER_STATES)[number]): string {
  if (ORDER_IN_FLIGHT.includes(state)) return 'in flight: the venue may hold it';
  return isFinal(ORDER_TRANSITIONS, state) ? 'final' : '';
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Throws when the document has no such place, so that a table can't be lost. */
function fill(document: string, [name, content]: [string, string]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${FILE} has no place for "${name}": add ${begin} and ${end}.`);
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
