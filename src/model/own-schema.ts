/** What the daemon's store makes for itself. It is no part of a schema that is watched, where both lie in one database. */

export const ownSchema = "driftwatch";

/** A table by which that schema is told from somebody's own of the same name. */
export const ownTable = "environment_snapshots";
