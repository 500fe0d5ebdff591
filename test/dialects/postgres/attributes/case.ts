/** One attribute changed on a real server, and exactly what a comparison must then say. */
export interface AttributeCase {
  readonly name: string;
  /** Runs before the baseline is taken, in a schema `s` that is made anew for each case and is on the search path. */
  readonly setup?: string;
  /** Each string is sent by itself. */
  readonly change: string | readonly string[];
  /** changeId of every change, in any order: "altered column:s.t.a.type", "added comment:table:s.t". */
  readonly expected: readonly string[];
  /** What must be undone beyond dropping the schema. */
  readonly cleanup?: string;
  /** server_version_num from which the server has the attribute. */
  readonly since?: number;
}

/** A column's worth of table, for cases that need any table. */
export const table = "create table t (a int, b text);";
