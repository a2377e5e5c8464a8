import { ConflictError } from '@maxxit/domain';
import type { StatementPeriod, StatementQueryDto } from './statement.dto';

const DAY_MS = 86_400_000;

/** More than a year of days is no page that anybody reads, and bounds what is computed. */
const MOST_PERIODS = 400;

/**
 * The bounds of a statement's periods, all UTC: calendar ones, cut off at the activation and at now. Throws ConflictError
 * STATEMENT_PERIOD_NOT_VALID for an end before the beginning, or over 400 periods.
 */
export function statementBounds(query: Pick<StatementQueryDto, 'from' | 'to' | 'period'>, activatedAt: Date, now: Date): Date[] {
  const first = query.from === undefined ? activatedAt : startOf(query.from);
  const last = query.to === undefined ? now : new Date(startOf(query.to).getTime() + DAY_MS);
  if (last <= first) throw notValid('to has to be after from, and after the activation');
  const from = first < activatedAt ? activatedAt : first;
  const to = last > now ? now : last;
  if (to <= from) return [];
  const bounds = [from];
  for (let bound = nextBound(from, query.period); bound < to; bound = nextBound(bound, query.period)) {
    bounds.push(bound);
    if (bounds.length > MOST_PERIODS) throw notValid(`there are more than ${MOST_PERIODS} periods; ask for longer or fewer ones`);
  }
  return [...bounds, to];
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The first calendar bound after a time. */
function nextBound(after: Date, period: StatementPeriod): Date {
  const [year, month, day] = [after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate()];
  if (period === 'day') return new Date(Date.UTC(year, month, day + 1));
  // getUTCDay is 0 on Sundays.
  if (period === 'week') return new Date(Date.UTC(year, month, day + (after.getUTCDay() === 0 ? 1 : 8 - after.getUTCDay())));
  if (period === 'month') return new Date(Date.UTC(year, month + 1, 1));
  return new Date(8.64e15);
}

function notValid(why: string): ConflictError {
  return new ConflictError('STATEMENT_PERIOD_NOT_VALID', `The period can't be: ${why}.`);
}
