/** An error as a page: what happened, and what the reader can do. */
import { renderPage } from "./layout.tsx";
import { sentenceStart } from "./words.ts";

export interface ErrorPageData {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly version: string;
  /** A way on; the first page when absent. */
  readonly back?: { readonly href: string; readonly text: string };
}

export function errorPage(data: ErrorPageData): string {
  const back = data.back ?? { href: "/", text: "All environments" };
  const message = sentenceStart(data.message);
  return renderPage({
    title: "Error",
    version: data.version,
    children: (
      <section class="headline">
        <h1>That did not work</h1>
        <p>{/[.!?]$/u.test(message) ? message : `${message}.`}</p>
        {data.remedy !== null && <p>{data.remedy}</p>}
        <p class="quiet">
          <code>{data.code}</code>
        </p>
        <p>
          <a class="button" href={back.href}>
            {back.text}
          </a>
        </p>
      </section>
    ),
  });
}
