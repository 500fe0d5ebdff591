/** SHOW CREATE of everything, in batches; what could not be read is told apart from what is gone. */
import { DriftwatchError } from "../../../model/errors.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import { type Catalog, type Reply, type Row, text } from "../connect.ts";
import { quotedName } from "../normalise/sql-text.ts";

/** A definition that the user may not read. */
export interface Unreadable {
  readonly schema: string;
  readonly kind: ObjectKind;
  readonly name: string;
}

export interface Definitions<T> {
  readonly read: readonly { readonly item: T; readonly row: Row }[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Runs `SHOW CREATE <what>` per item. `column` is where the text stands; a NULL there means: listed, not readable.
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
): Promise<Definitions<T>> {
  const statements = items.map((item) => {
    const keyword = typeof what.keyword === "string" ? what.keyword : what.keyword(item);
    return `SHOW CREATE ${keyword} ${quotedName(item.name)}`;
  });
  const replies = await catalog.show(schema, statements);
  const read: { item: T; row: Row }[] = [];
  const unreadable: Unreadable[] = [];
  for (const [index, item] of items.entries()) {
    const row = rowOf(replies[index]);
    if (row !== undefined && text(row[what.column]) !== "") read.push({ item, row });
    else unreadable.push({ schema, kind: what.kind, name: item.name });
  }
  return { read, unreadable };
}

function rowOf(reply: Reply | undefined): Row | undefined {
  if (reply instanceof DriftwatchError) {
    if (reply.code === "read.forbidden") return undefined;
    throw reply;
  }
  return reply?.[0];
}
