/** The frame of every page and the small parts that pages share. Server-rendered; no script inside the page. */
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Severity } from "../../model/severity.ts";
import { severities } from "../../model/severity.ts";
import { assetPaths } from "./assets.ts";
import { relativeTime, type StateName, stateWords } from "./words.ts";

export interface FrameProps {
  readonly title: string;
  readonly version: string;
  /** Pages that show state are fetched again every few seconds. */
  readonly refresh?: boolean;
  /** The icon in the browser's tab. */
  readonly alarm?: boolean;
  readonly signedIn?: boolean;
  readonly children: ComponentChildren;
}

/** A whole document as text. */
export function renderPage(props: FrameProps): string {
  return `<!doctype html>${renderToString(<Frame {...props} />)}`;
}

function Frame(props: FrameProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${props.title} · Driftwatch`}</title>
        <link
          rel="icon"
          type="image/svg+xml"
          href={props.alarm === true ? assetPaths.iconAlarm : assetPaths.icon}
        />
        <link rel="stylesheet" href={assetPaths.styles} />
        <script src={assetPaths.script} defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="top">
          <a class="brand" href="/">
            <img src={assetPaths.icon} alt="" width="24" height="24" />
            Driftwatch
          </a>
          <nav aria-label="Main">
            <a href="/">Environments</a>
            <a href="/api/docs">API</a>
            <a href="/metrics">Metrics</a>
            {props.signedIn === true && (
              <form method="post" action="/logout">
                <button class="link" type="submit">
                  Sign out
                </button>
              </form>
            )}
          </nav>
        </header>
        <p id="connection" role="status" hidden />
        <main id="main" data-refresh={props.refresh === true ? "3" : undefined}>
          {props.children}
        </main>
        <footer>
          <p>
            Driftwatch {props.version} compares the schema of each database with its accepted baseline and
            reports every difference.
          </p>
        </footer>
      </body>
    </html>
  );
}

/** A time as people say it, the exact one in its title. */
export function When({ at, nowMs }: { at: string; nowMs: number }): VNode {
  return (
    <time dateTime={at} title={at.replace("T", " ").replace(/\.\d+Z$/u, " UTC")}>
      {relativeTime(at, nowMs)}
    </time>
  );
}

/** When something planned will happen; a moment that has passed is due, not "ago". */
export function Due({ at, nowMs }: { at: string; nowMs: number }): VNode {
  return Date.parse(at) <= nowMs ? <span>due now</span> : <When at={at} nowMs={nowMs} />;
}

const glyphs: Readonly<Record<StateName, string>> = {
  "in-sync": "M4.5 8.5 7 11l4.5-5.5",
  drifted: "M4 6h6M6 10h6",
  unbaselined: "M5 8h6M8 5v6",
  unknown: "M6 6.3a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M8 11.3v.1",
  waiting: "M8 4.8V8l2.2 1.6",
};

/** A state as a shape and a word; the colour only repeats them. */
export function StateBadge({ state }: { state: StateName }): VNode {
  return (
    <span class={`state state-${state}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="7" />
        <path d={glyphs[state]} />
      </svg>
      {stateWords[state]}
    </span>
  );
}

export function SeverityTag({ severity, count }: { severity: Severity; count?: number }): VNode {
  return (
    <span class={`severity severity-${severity}`}>
      {count === undefined ? "" : `${count} `}
      {severity}
    </span>
  );
}

/** Counts by severity, the worst first; what is zero is left out. */
export function SeverityCounts({ counts }: { counts: Readonly<Record<Severity, number>> }): VNode | null {
  const present = severities.filter((severity) => counts[severity] > 0);
  if (present.length === 0) return null;
  return (
    <span class="counts">
      {present.map((severity) => (
        <SeverityTag key={severity} severity={severity} count={counts[severity]} />
      ))}
    </span>
  );
}

export function Facts({ items }: { items: readonly (readonly [string, ComponentChildren])[] }): VNode {
  return (
    <dl class="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
