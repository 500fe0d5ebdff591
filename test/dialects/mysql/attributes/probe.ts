/** One change by one statement: what exists, the statement, and what alone must be named. */
export type Probe = readonly [name: string, base: string, change: string, expected: readonly string[]];
