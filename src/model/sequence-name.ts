/**
 * The name that PostgreSQL gives to the sequence of a serial or identity column: "<table>_<column>_seq", perhaps with a
 * number, perhaps cut to fit. The server keeps it when table or column are renamed later.
 */

/** One of the two names is enough, so that a renamed table or a renamed column makes no chosen name of it. */
export function isAutomaticSequence(name: string, table: string, column: string): boolean {
  const stem = /^(.+)_seq\d*$/.exec(name)?.[1];
  if (stem === undefined) return false;
  const [start, end] = [cut(table), cut(column)];
  return (
    stem.startsWith(start === table ? `${table}_` : start) ||
    (end === column ? stem.endsWith(`_${column}`) : stem.includes(`_${end}`))
  );
}

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };

/** makeObjectName of the server cuts the longer name first, both to 28 bytes at least. */
function cut(name: string): string {
  const bytes = utf8.encoder.encode(name);
  return bytes.length <= 28 ? name : utf8.decoder.decode(bytes.subarray(0, 28)).replace(/\uFFFD+$/, "");
}
