/** Cells of the server's answers, and what they are as text. */

/** A value as the driver gives it; bytes where the server was asked for them. */
export type Cell = string | number | Buffer | null;
/** Values in column order. */
export type Row = readonly Cell[];

/** A cell as text; single bytes that are no UTF-8 are shown as \xNN. */
export function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return String(cell);
  try {
    return strict.decode(cell);
  } catch {
    return cell.toString("latin1").replace(utf8RunOrByte, (part, run: string | undefined) => {
      const bytes = Buffer.from(part, "latin1");
      return run === undefined ? `\\x${bytes.toString("hex")}` : bytes.toString("utf8");
    });
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Over bytes as characters: as much UTF-8 as there is, or one byte that is none. */
const utf8RunOrByte =
  /((?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\0-\xff]/g;

/** A cell as text, or null. */
export function textOrNull(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : text(cell);
}
