/** SHOW CREATE of everything, in batches; what could not be read is told apart from what is gone. */
import { DriftwatchError } from "../../../model/errors.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import type { Catalog, Cell, Reply, Row } from "../connect.ts";
import { quotedName } from "../normalise/sql-text.ts";

/** A definition that the user may not read. */
export interface Unreadable {
  readonly schema: string;
  readonly kind: ObjectKind;
  readonly name: string;
}

/**
 * Runs `SHOW CREATE <what>` per item and hands each row to `take` while the server prepares more. `column` is where the
 * text stands; a NULL there means: listed, not readable. Returns what is unreadable.
 * Throws read.inconsistent when an item went away meanwhile, so that the whole is read again.
 */
export async function readDefinitions<T extends { readonly schema: string; readonly name: string }>(
  catalog: Catalog,
  schema: string,
  items: readonly T[],
  what: {
    readonly keyword: string | ((item: T) => string);
    readonly kind: ObjectKind;
    readonly column: number;
  },
  take: (item: T, row: Row) => void,
): Promise<readonly Unreadable[]> {
  const statements = items.map((item) => {
    const keyword = typeof what.keyword === "string" ? what.keyword : what.keyword(item);
    return `SHOW CREATE ${keyword} ${quotedName(item.name)}`;
  });
  const unreadable: Unreadable[] = [];
  await catalog.show(schema, statements, (reply, index) => {
    const item = items[index];
    if (item === undefined) return;
    const row = rowOf(reply);
    if (row !== undefined && !isEmpty(row[what.column])) take(item, row);
    else unreadable.push({ schema, kind: what.kind, name: item.name });
  });
  return unreadable;
}

function isEmpty(cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || (typeof cell !== "number" && cell.length === 0);
}

function rowOf(reply: Reply | undefined): Row | undefined {
  if (reply instanceof DriftwatchError) {
    if (reply.code === "read.forbidden") return undefined;
    throw reply;
  }
  return reply?.[0];
}
