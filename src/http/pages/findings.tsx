/** Findings as people read them: grouped by root object, the worst first, each with its values before and after. */
import type { VNode } from "preact";
import type { AttributeValue } from "../../model/attribute.ts";
import type { Change, Finding } from "../../model/change.ts";
import { describeKey, keyId, type ObjectKey } from "../../model/key.ts";
import type { SchemaObject } from "../../model/object.ts";
import { compareSeverity } from "../../model/severity.ts";
import { SeverityTag, When } from "./layout.tsx";
import { diffLines } from "./line-diff.ts";
import { attributeWords, countOf, valueText } from "./words.ts";

export interface ShownFinding {
  readonly id: string;
  readonly finding: Finding;
  /** ISO time; absent in a preview. */
  readonly firstSeenAt?: string;
}

const shortList = 25;
const longestValueCharacters = 20_000;

export interface FindingListProps {
  readonly findings: readonly ShownFinding[];
  readonly nowMs: number;
  readonly showAll: boolean;
  /** Where all of them are shown. */
  readonly allHref: string;
}

export function FindingList({ findings, nowMs, showAll, allHref }: FindingListProps): VNode {
  const sorted = [...findings].sort((a, b) => compareSeverity(a.finding.severity, b.finding.severity));
  const shown = showAll ? sorted : sorted.slice(0, shortList);
  return (
    <>
      {groupsOf(shown).map((group) => (
        <section class="group" key={group.name} aria-label={group.name}>
          <h3>{group.name}</h3>
          <ul class="findings">
            {group.findings.map((item) => (
              <FindingItem key={item.id} item={item} nowMs={nowMs} />
            ))}
          </ul>
        </section>
      ))}
      {shown.length < sorted.length && (
        <p>
          <a class="button" href={allHref}>
            Show all {countOf(sorted.length, "finding")}
          </a>
        </p>
      )}
    </>
  );
}

interface Group {
  readonly name: string;
  readonly findings: ShownFinding[];
}

/** In the order of each group's worst finding. */
function groupsOf(findings: readonly ShownFinding[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const item of findings) {
    const key = groupKey(item.finding.change);
    const id = keyId(key);
    const group = groups.get(id) ?? { name: describeKey(key), findings: [] };
    group.findings.push(item);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** Comments and privileges of a column stand with its table, as the column itself does. */
function groupKey(change: Change): ObjectKey {
  const { parent } = change.object;
  if (parent === undefined) return change.key;
  return parent.kind === "column" || parent.kind === "index" || parent.kind === "partition"
    ? { kind: "table", path: parent.path.slice(0, -1) }
    : parent;
}

function FindingItem({ item, nowMs }: { item: ShownFinding; nowMs: number }): VNode {
  const { finding } = item;
  return (
    <li class={`finding edge-${finding.severity}`} data-key={item.id}>
      <p class="sentence">
        <SeverityTag severity={finding.severity} /> {finding.sentence}
      </p>
      <ChangeDetail change={finding.change} />
      <Includes keys={finding.includes ?? []} />
      <p class="meta">
        <span title="The rule that judged this change">{finding.code}</span>
        <span>{finding.category.replaceAll("-", " ")}</span>
        {item.firstSeenAt !== undefined && (
          <span>
            first seen <When at={item.firstSeenAt} nowMs={nowMs} />
          </span>
        )}
        {finding.attribution?.user !== undefined && <span>by {finding.attribution.user}</span>}
        {finding.expected !== undefined && (
          <span>
            explained by {finding.expected.ledger} {finding.expected.version}
          </span>
        )}
      </p>
    </li>
  );
}

function ChangeDetail({ change }: { change: Change }): VNode | null {
  if (change.verb === "altered") {
    return <BeforeAfter attribute={change.attribute} before={change.before} after={change.after} />;
  }
  if (change.verb === "renamed") {
    return <Sides before={describeKey(change.from)} after={describeKey(change.key)} name="name" />;
  }
  const text = definitionText(change.object);
  if (text === "") return null;
  if (text.length <= 400 && text.split("\n").length <= 4)
    return <pre class={sideClass(change.verb)}>{text}</pre>;
  return (
    <details id={`d-${keyId(change.key)}`}>
      <summary>{change.verb === "added" ? "What was added" : "What was removed"}</summary>
      <pre>{bounded(text)}</pre>
    </details>
  );
}

function sideClass(verb: "added" | "removed"): string {
  return verb === "added" ? "came" : "went";
}

interface BeforeAfterProps {
  readonly attribute: string;
  readonly before: AttributeValue;
  readonly after: AttributeValue;
}

function BeforeAfter({ attribute, before, after }: BeforeAfterProps): VNode {
  const sides = { before: valueText(before), after: valueText(after) };
  const isLong = [sides.before, sides.after].some((text) => text.includes("\n") || text.length > 120);
  if (!isLong) return <Sides {...sides} name={attributeWords(attribute)} />;
  return <LineDiff {...sides} name={attributeWords(attribute)} />;
}

interface SidesProps {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

function Sides({ name, before, after }: SidesProps): VNode {
  return (
    <dl class="sides">
      <div class="before">
        <dt>Baseline {name}</dt>
        <dd>
          <code>{before}</code>
        </dd>
      </div>
      <span class="arrow" aria-hidden="true">
        →
      </span>
      <div class="after">
        <dt>Live {name}</dt>
        <dd>
          <code>{after}</code>
        </dd>
      </div>
    </dl>
  );
}

const spokenSigns: Readonly<Record<string, string>> = { "-": "baseline: ", "+": "live: " };

function LineDiff({ name, before, after }: SidesProps): VNode {
  return (
    <figure class="diff">
      <figcaption>
        {name}: <span class="went">− baseline</span> <span class="came">+ live</span>
      </figcaption>
      <pre>
        {diffLines(bounded(before), bounded(after)).map((line, index) => (
          <span key={String(index)} class={diffClass(line.sign)}>
            <span class="visually-hidden">{spokenSigns[line.sign] ?? ""}</span>
            <span aria-hidden="true">{line.sign === "-" ? "−" : line.sign} </span>
            {line.text}
            {"\n"}
          </span>
        ))}
      </pre>
    </figure>
  );
}

function diffClass(sign: string): string | undefined {
  if (sign === "-") return "went";
  if (sign === "+") return "came";
  return sign === "…" ? "folded" : undefined;
}

function Includes({ keys }: { keys: readonly ObjectKey[] }): VNode | null {
  if (keys.length === 0) return null;
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.kind, (counts.get(key.kind) ?? 0) + 1);
  const words = [...counts].map(([kind, count]) => countOf(count, kind.replaceAll("-", " "), pluralOf(kind)));
  return <p class="includes">With {words.join(", ")}.</p>;
}

function pluralOf(kind: string): string {
  const word = kind.replaceAll("-", " ");
  if (word.endsWith("x")) return `${word}es`;
  return /[^aeiou]y$/u.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** The server's own text where the object has one, its attributes where it has not. */
function definitionText(object: SchemaObject): string {
  const attributes = object.attributes as Readonly<Record<string, AttributeValue | undefined>>;
  if (typeof attributes.definition === "string") return attributes.definition;
  return Object.entries(attributes)
    .filter(([, value]) => !isNothing(value))
    .map(([name, value]) => `${attributeWords(name)}: ${valueText(value).replaceAll("\n", ", ")}`)
    .join("\n");
}

function isNothing(value: AttributeValue | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function bounded(text: string): string {
  if (text.length <= longestValueCharacters) return text;
  return `${text.slice(0, longestValueCharacters)}\n… ${text.length - longestValueCharacters} more characters`;
}
