/** Views. */
import type { ObjectOf } from "../../../model/object.ts";
import { type AlterDrafts, type KindRenderer, refuse } from "../../../plan/renderer.ts";
import { type CreationContext, inContext, isReadable, program } from "./drafts.ts";
import { nameList, qualified } from "./names.ts";

type View = ObjectOf<"view">;

function createView({ key, attributes: a }: View): string {
  const columns = a.columns.length === 0 ? "" : ` (${nameList(a.columns)})`;
  const check = a.checkOption ? `\nWITH ${a.checkOption} CHECK OPTION` : "";
  return (
    `CREATE OR REPLACE ALGORITHM=${a.algorithm || "UNDEFINED"} DEFINER=${a.definer} SQL SECURITY ${a.sqlSecurity}` +
    ` VIEW ${qualified(key.path)}${columns} AS ${a.definition}${check}`
  );
}

/** MySQL 9.7. */
function isMaterialized({ attributes }: View): boolean {
  return attributes.algorithm?.endsWith(" MATERIALIZED") === true;
}

function viewContext({ attributes: { clientCharset, clientCollation } }: View): CreationContext {
  return {
    ...(clientCharset === undefined ? {} : { clientCharset }),
    ...(clientCollation === undefined ? {} : { clientCollation }),
  };
}

const replaceView: AlterDrafts<"view"> = ({ before, after }) => {
  if (after.attributes.valid === false) return refuse("an invalid view cannot be made on purpose");
  if (isMaterialized(before) !== isMaterialized(after))
    return refuse("no view becomes materialized, or plain again, by replacing it");
  const sql = createView(after);
  const context = viewContext(after);
  if (!isReadable(sql, context)) return refuse(`its text was written in ${context.clientCharset}`);
  return inContext(sql, context);
};

export const viewRenderer: KindRenderer<"view"> = {
  build: (view) =>
    view.attributes.valid === false
      ? refuse("an invalid view cannot be made on purpose")
      : program(createView(view), viewContext(view), `DROP VIEW ${qualified(view.key.path)}`),
  alter: {
    definition: { underOneName: true, draft: replaceView },
    columns: { underOneName: true, draft: replaceView },
    definer: replaceView,
    sqlSecurity: replaceView,
    algorithm: replaceView,
    checkOption: replaceView,
    clientCharset: replaceView,
    clientCollation: replaceView,
    valid: replaceView,
  },
};
