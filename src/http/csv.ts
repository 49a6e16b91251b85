import type { FastifyReply, FastifyRequest } from 'fastify';

/** Null and undefined are empty fields. */
export type CsvField = string | number | boolean | null | undefined;

/** As RFC 4180 has it: lines end with CRLF; what holds a comma, a quote or a line break is quoted. */
export function csvOf(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

const quoted = (value: CsvField): string => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** By `format`, else by the header `Accept` (RFC 9110, 12.5.1): is CSV wanted? */
export function wantsCsv(request: FastifyRequest, format: 'json' | 'csv' | undefined): boolean {
  return format === undefined
    ? (request.headers.accept ?? '').toLowerCase().includes('text/csv')
    : format === 'csv';
}

/** A header line of the columns, and a line a row. */
export function sendCsv(
  reply: FastifyReply,
  columns: readonly string[],
  rows: readonly (readonly CsvField[])[],
): never {
  return reply.type('text/csv; charset=utf-8').send(csvOf([columns, ...rows])) as never;
}
