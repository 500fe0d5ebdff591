/**
 * Sends many statements as one simple query and hands each row, as raw text, to the step it belongs to. One round trip
 * for a whole catalog, no prepared statement (poolers), and rows are never gathered into a result first (memory).
 */
import type { Client, Submittable } from "pg";

/** Values as the server's text, in column order. */
export type Row = readonly (string | null)[];

/** Exactly one statement, and what to do with its rows. */
export interface Step {
  /** Words for errors: "constraints". */
  readonly name: string;
  readonly sql: string;
  readonly onRow?: (row: Row) => void;
}

/** A step whose rows are known by shape; the query and the tuple type must list the same columns. */
export function step<R extends Row>(name: string, sql: string, onRow: (row: R) => void): Step {
  return { name, sql, onRow: onRow as (row: Row) => void };
}

/** Thrown by a step's failure; `cause` is the driver's or the handler's error. */
export interface StepFailure {
  readonly step: string;
  readonly cause: unknown;
}

/** Runs the steps in order. Rejects with a StepFailure at the first error; the server skips the rest. */
export function runBatch(client: Client, steps: readonly Step[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    let failure: StepFailure | undefined;
    const fail = (cause: unknown): void => {
      failure ??= { step: steps[at]?.name ?? "the end", cause };
    };
    const batch = {
      submit(connection: { query(text: string): void }): null {
        connection.query(steps.map(({ sql }) => sql).join(";\n"));
        return null;
      },
      handleRowDescription(): void {},
      // An error thrown here would end the process (the driver calls it from its socket), so it is kept for the end.
      handleDataRow(message: { readonly fields: Row }): void {
        if (failure !== undefined) return;
        try {
          steps[at]?.onRow?.(message.fields);
        } catch (error) {
          fail(error);
        }
      },
      handleCommandComplete(): void {
        at += 1;
      },
      handleEmptyQuery(): void {
        at += 1;
      },
      handlePortalSuspended(): void {},
      handleError(error: unknown): void {
        fail(error);
        reject(failure);
      },
      handleReadyForQuery(): void {
        if (failure === undefined) resolve();
        else reject(failure);
      },
    };
    client.query(batch as unknown as Submittable);
  });
}
