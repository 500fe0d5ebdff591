/** What reports say of a change inside a plan. */
import type { Change } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import { visibleLine } from "../model/visible-text.ts";

/** "column public.orders.total: type altered" in one line. */
export function changeWords(change: Change): string {
  const what = visibleLine(describeKey(change.key));
  switch (change.verb) {
    case "added":
    case "removed":
      return `${what}: ${change.verb}`;
    case "altered":
      return `${what}: ${visibleLine(change.attribute)} altered`;
    case "renamed":
      return `${what}: renamed, was ${visibleLine(describeKey(change.from))}`;
  }
}
