/** A number as we write it: nothing that a spreadsheet would take for a formula. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Rows as RFC 4180 has them. A text that a spreadsheet would run as a formula (it begins with =, +, -, @ or a control character) gets an
 * apostrophe in front; numbers stay numbers.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
