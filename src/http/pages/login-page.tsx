/** The form that turns a token into a session. */
import { renderPage } from "./layout.tsx";

export interface LoginPageData {
  readonly version: string;
  /** A path on this server to go on to. */
  readonly next: string;
  readonly failed: boolean;
}

export function loginPage(data: LoginPageData): string {
  return renderPage({
    title: "Sign in",
    version: data.version,
    children: (
      <section class="headline narrow">
        <h1>Sign in</h1>
        <p>This server needs a token: the read token to look, the write token to check and accept as well.</p>
        {data.failed && (
          <p class="trouble" role="alert">
            That is neither the read nor the write token.
          </p>
        )}
        <form class="panel" method="post" action="/login">
          <input type="hidden" name="next" value={data.next} />
          <label>
            Token <input type="password" name="token" required autoComplete="current-password" />
          </label>
          <p class="actions">
            <button class="primary" type="submit">
              Sign in
            </button>
          </p>
        </form>
      </section>
    ),
  });
}
