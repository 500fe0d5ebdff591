/** Changes of the server itself: its flavor and major version always, its settings only inside one instance. */

import type { AttributeValue } from "../model/attribute.ts";
import { sameValue } from "../model/attribute.ts";
import type { Altered } from "../model/change.ts";
import { objectOf } from "../model/object.ts";
import type { Snapshot } from "../model/snapshot.ts";

const key = { kind: "server", path: [] } as const;

export function compareServers(baseline: Snapshot, live: Snapshot): Altered[] {
  const before = baseline.server;
  const after = live.server;
  const object = objectOf(key, { flavor: after.flavor, version: after.major, settings: after.settings });
  const altered = (attribute: string, from: AttributeValue, to: AttributeValue): Altered[] =>
    sameValue(from, to)
      ? []
      : [{ verb: "altered", kind: "server", key, object, attribute, before: from, after: to }];
  const changes = [...altered("flavor", before.flavor, after.flavor)];
  if (before.flavor !== after.flavor) return changes;
  changes.push(...altered("version", before.major, after.major));
  const sameInstance = before.instance !== null && before.instance === after.instance;
  if (!sameInstance || before.major !== after.major) return changes;
  const names = Object.keys(before.settings).filter((name) => name in after.settings);
  const pick = (
    settings: Readonly<Record<string, string>>,
    chosen: readonly string[],
  ): Record<string, string> => Object.fromEntries(chosen.map((name) => [name, settings[name] ?? ""]));
  const moved = names.filter((name) => before.settings[name] !== after.settings[name]);
  changes.push(...altered("settings", pick(before.settings, moved), pick(after.settings, moved)));
  return changes;
}
