/** What accepting the live schema would change, and the form that accepts exactly this. */
import type { VNode } from "preact";
import { changeId } from "../../model/change.ts";
import type { BaselinePreview } from "../../monitor/accept-baseline.ts";
import { pathOf } from "./environment-page.tsx";
import { FindingList } from "./findings.tsx";
import { renderPage } from "./layout.tsx";
import { countOf, shortFingerprint } from "./words.ts";

export interface PreviewData {
  readonly preview: BaselinePreview;
  readonly nowMs: number;
  readonly version: string;
  readonly signedIn: boolean;
}

/** Not refreshed: what is accepted must stay what was read. */
export function previewPage(data: PreviewData): string {
  const { preview } = data;
  const name = preview.environment;
  return renderPage({
    title: `Accept a baseline for ${name}`,
    version: data.version,
    signedIn: data.signedIn,
    children: (
      <>
        <nav class="crumbs" aria-label="Breadcrumb">
          <a href="/">Environments</a> <span aria-hidden="true">/</span> <a href={pathOf({ name })}>{name}</a>{" "}
          <span aria-hidden="true">/</span> <span>accept a baseline</span>
        </nav>
        <section class="headline">
          <h1>Accept the live schema of {name}?</h1>
          <p>{previewWords(preview)}</p>
        </section>
        <AcceptForm preview={preview} />
        {preview.findings.length > 0 && (
          <section>
            <h2>What would be accepted</h2>
            <FindingList
              findings={preview.findings.map((finding) => ({ id: changeId(finding.change), finding }))}
              nowMs={data.nowMs}
              showAll
              allHref=""
            />
          </section>
        )}
      </>
    ),
  });
}

function previewWords(preview: BaselinePreview): string {
  const read = `Just read: ${countOf(preview.objects, "object")}, fingerprint ${shortFingerprint(preview.fingerprint)}.`;
  if (preview.baseline === null) return `${read} There is no baseline yet; this becomes the first.`;
  const hidden = preview.hidden.reduce((sum, { count }) => sum + count, 0);
  const also =
    hidden === 0 ? "" : ` ${countOf(hidden, "change")} hidden by ignore rules would be accepted too.`;
  if (preview.findings.length === 0)
    return `${read} Nothing that is reported differs from the baseline.${also}`;
  return `${read} ${countOf(preview.findings.length, "finding")} would become part of the baseline, and the incident would close.${also}`;
}

function AcceptForm({ preview }: { preview: BaselinePreview }): VNode {
  const back = pathOf({ name: preview.environment });
  return (
    <form class="panel" method="post" action={`${back}/accept`}>
      <input type="hidden" name="fingerprint" value={preview.fingerprint} />
      <label>
        Why is this right? <input name="reason" required maxLength={500} autoComplete="off" />
        <span class="hint">Kept in the audit log, for whoever asks later.</span>
      </label>
      <label>
        Your name <input name="actor" maxLength={100} autoComplete="name" />
      </label>
      <p class="actions">
        <button class="primary" type="submit">
          Accept as baseline
        </button>
        <a class="button" href={back}>
          Cancel
        </a>
      </p>
    </form>
  );
}
