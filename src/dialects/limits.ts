/** How long a read waits where neither options nor URL say it: alike in every dialect. */

/** For a connection, with its login. */
export const defaultConnectTimeoutMs = 10_000;
/** For one statement. */
export const defaultStatementTimeoutMs = 60_000;
/** For somebody's lock. */
export const defaultLockTimeoutMs = 5_000;
