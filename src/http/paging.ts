/**
 * PURE. Pages of a list, newest first. `next` names the place after the last item: its time and how many items of that
 * time came before, so that none is lost where many have one time, as the findings of one check have.
 */
import { DriftwatchError } from "../model/errors.ts";
import type { PageStart } from "../monitor/ports.ts";

export interface PageQuery {
  readonly limit: number;
  /** An ISO time, or what an earlier page gave as `next`. */
  readonly before?: string;
}

/** Where a page begins; undefined at the newest. Throws http.invalid. */
export function pageStartOf({ before }: Pick<PageQuery, "before">): PageStart | undefined {
  if (before === undefined) return undefined;
  const parts = /^(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))(?:~(\d{1,9}))?$/i.exec(before);
  const ms = Date.parse(parts?.[1] ?? "");
  // Date.parse takes 30 February for 1 March.
  if (parts === null || Number.isNaN(ms) || !isDayOfMonth(before)) {
    throw new DriftwatchError("http.invalid", "`before` is neither a time nor the `next` of a page", {
      remedy: "Give an ISO time such as 2027-01-31T14:00:00Z, or `next` as it came.",
    });
  }
  return { at: new Date(ms).toISOString(), skip: parts[2] === undefined ? null : Number(parts[2]) };
}

function isDayOfMonth(before: string): boolean {
  const day = before.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** The page as the API gives it; one more item than `limit` was read, to see whether another page follows. */
export function pageOf<T>(
  items: readonly T[],
  { limit }: PageQuery,
  start: PageStart | undefined,
  timeOf: (item: T) => string,
): { readonly items: readonly T[]; readonly next: string | null } {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined || items.length <= limit) return { items: shown, next: null };
  const at = timeOf(last);
  const before = start?.at === at ? (start.skip ?? 0) : 0;
  return { items: shown, next: `${at}~${before + shown.filter((item) => timeOf(item) === at).length}` };
}

/** The part of a whole list that a page and one item after it hold. */
export function partOf<T>(
  all: readonly T[],
  { limit }: PageQuery,
  start: PageStart | undefined,
  timeOf: (item: T) => string,
): readonly T[] {
  if (start === undefined) return all.slice(0, limit + 1);
  const { at, skip } = start;
  const rest = all.filter((item) => (skip === null ? timeOf(item) < at : timeOf(item) <= at));
  return rest.slice(skip ?? 0, (skip ?? 0) + limit + 1);
}
