/** Versions of PostgreSQL that matter to the reader: the oldest supported, the newest known, and what each one brought. */

/** server_version_num of the oldest supported release. */
export const minimumVersion = 140000;

/** A newer server is read as this one; the snapshot counts it as not modelled, and doctor says so. */
export const newestKnownMajor = 18;

/** server_version_num that introduced what a query asks for. */
const introduced = {
  aclOfParameters: 150000,
  collationIcuLocale: 150000,
  databaseLocaleProvider: 150000,
  nullsNotDistinct: 150000,
  partialSetNull: 150000,
  publicationFilters: 150000,
  subscriptionTwoPhase: 150000,
  /** Before 15, row triggers cloned to partitions were marked internal. */
  clonedTriggersAreUserTriggers: 150000,
  writeCountersInSharedMemory: 150000,
  icuRules: 160000,
  membershipOptions: 160000,
  subscriptionOrigin: 160000,
  subscriptionPasswordRequired: 160000,
  localeOfEveryProvider: 170000,
  nullStatisticsTarget: 170000,
  subscriptionFailover: 170000,
  namedNotNull: 180000,
  notEnforced: 180000,
  publicationGeneratedColumns: 180000,
  temporalKeys: 180000,
} as const;

export type Feature = keyof typeof introduced;

/** `version` is server_version_num. */
export function has(version: number, feature: Feature): boolean {
  return version >= introduced[feature];
}

/** Whether the server is newer than any this dialect was made for. */
export function isNewerThanKnown(version: number): boolean {
  return Number(majorOf(version)) > newestKnownMajor;
}

/** "18" of 180004. */
export function majorOf(version: number): string {
  return String(Math.trunc(version / 10000));
}
