import { type FindOperator, Raw } from 'typeorm';

/** For the id of a post or report in a `where`: only those out of which a call on this symbol was read, in any case. */
export function withCallOn(column: 'post_id' | 'report_id', symbol: string): FindOperator<string> {
  return Raw(
    (id) =>
      `EXISTS (SELECT 1 FROM classifications c CROSS JOIN LATERAL jsonb_array_elements(c.calls) call
                WHERE c.${column} = ${id} AND upper(call ->> 'symbol') = upper(:symbol))`,
    { symbol },
  ) as FindOperator<string>;
}
