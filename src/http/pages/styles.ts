/** The one style sheet. Light and dark follow the reader's system; every colour pair keeps a contrast of 4.5 or more. */
export const styles = `
:root {
  --page: #f6f7f9; --card: #ffffff; --line: #dfe3ea; --text: #1c2430; --soft: #566174; --link: #1f5fbf;
  --good: #1d7a46; --bad: #b3261e; --odd: #8a5a00; --info: #3a5f9e; --code: #eef1f5;
  --went: #fdeceb; --went-text: #9c1f18; --came: #e6f4ea; --came-text: #17663a; --fresh: #fff4cf;
  --critical: #8e1550; --high: #b3261e; --medium: #8a5a00; --low: #3a5f9e; --mild: #566174;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2029; --line: #2d3643; --text: #e5e9f0; --soft: #a0abbb; --link: #8ab8ff;
    --good: #6fd197; --bad: #ff9a91; --odd: #f0c060; --info: #9cc0ff; --code: #242c38;
    --went: #3a2123; --went-text: #ffb4ad; --came: #1b3325; --came-text: #9be0b6; --fresh: #3a3420;
    --critical: #ff9ccb; --high: #ff9a91; --medium: #f0c060; --low: #9cc0ff; --mild: #a0abbb;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scrollbar-gutter: stable; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, .top, footer, #connection { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-bottom: 2rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
h1, h2, h3, p, ul, dl, figure { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; overflow-wrap: anywhere; }
h3 { font-size: 0.9375rem; color: var(--soft); font-weight: 600; overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--code); padding: 0.1em 0.35em; border-radius: 4px; overflow-wrap: anywhere; white-space: pre-wrap; }
pre {
  margin: 0; background: var(--code); padding: 0.75rem; border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 28rem; overflow-y: auto;
}
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
.visually-hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.top {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; justify-content: space-between;
  padding-top: 1rem; padding-bottom: 1rem;
}
.brand { display: flex; gap: 0.6rem; align-items: center; color: var(--text); font-weight: 650; text-decoration: none; }
.top nav { display: flex; gap: 1.25rem; font-size: 0.9375rem; }
.top nav a { color: var(--soft); text-decoration: none; }
.top nav a:hover { color: var(--text); text-decoration: underline; }
#connection { color: var(--bad); padding-bottom: 0.75rem; }
footer { color: var(--soft); font-size: 0.875rem; padding-top: 1rem; padding-bottom: 2rem; border-top: 1px solid var(--line); }
main > section { margin-top: 2rem; }
main > .headline { margin-top: 0.75rem; display: grid; gap: 0.5rem; }
.headline > p { max-width: 46rem; overflow-wrap: anywhere; }
.headline > p:not(.trouble) { color: var(--soft); }
.headline > .hint { max-width: none; }
.narrow { max-width: 30rem; }
.title-row { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; }
.crumbs { font-size: 0.875rem; color: var(--soft); overflow-wrap: anywhere; }
.quiet, .hint, .meta, .times, .legend, .row-time { color: var(--soft); }
.hint, .meta, .times, .legend { font-size: 0.875rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.card, .panel, .group, .rows {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; min-width: 0;
}
.card { padding: 1rem 1.125rem; display: flex; flex-direction: column; gap: 0.6rem; border-top-width: 3px; }
.card-in-sync { border-top-color: var(--good); }
.card-drifted { border-top-color: var(--bad); grid-column: 1 / -1; }
.card-unknown { border-top: 3px dashed var(--odd); }
.card-unbaselined, .card-waiting { border-top: 3px dotted var(--info); }
.card-head { display: flex; flex-wrap: wrap; gap: 0.35rem 0.75rem; justify-content: space-between; align-items: baseline; }
.card-head h2 { flex: 1 1 9rem; }
.card-head a { color: var(--text); text-decoration: none; }
.card-head a:hover { text-decoration: underline; }
.card-state { display: flex; flex-wrap: wrap; gap: 0.4rem 0.9rem; align-items: center; }
.card .strip { margin-top: auto; }
.meta, .times, .legend { display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; align-items: center; }
.times { justify-content: space-between; }
.state { display: inline-flex; gap: 0.4rem; align-items: center; font-weight: 600; font-size: 0.875rem; white-space: nowrap; }
.state svg { flex: none; }
.state circle { fill: currentColor; }
.state path { fill: none; stroke: var(--card); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.state-in-sync { color: var(--good); }
.state-drifted { color: var(--bad); }
.state-unknown { color: var(--odd); }
.state-unbaselined, .state-waiting { color: var(--info); }
.trouble { color: var(--odd); overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.severity, .tag {
  display: inline-block; font-size: 0.8125rem; line-height: 1.35; padding: 0.05rem 0.5rem; border-radius: 999px;
  border: 1px solid currentColor; white-space: nowrap; font-weight: 600;
}
.tag { color: var(--soft); }
.severity-critical { color: var(--card); background: var(--critical); border-color: var(--critical); }
.severity-high { color: var(--high); }
.severity-medium { color: var(--medium); }
.severity-low { color: var(--low); }
.severity-info { color: var(--mild); }
.worst { display: grid; gap: 0.3rem; font-size: 0.9375rem; }
.worst li { overflow-wrap: anywhere; display: flex; gap: 0.6rem; align-items: baseline; }
.worst .severity { flex: none; min-width: 4.6rem; text-align: center; }
.strip { display: flex; align-items: flex-end; gap: 2px; height: 26px; overflow: hidden; justify-content: flex-end; }
.bar { flex: 1 1 4px; max-width: 16px; min-width: 2px; border-radius: 2px; height: 45%; background: var(--good); opacity: 0.75; }
.bar-drifted { height: 100%; background: var(--bad); opacity: 1; }
.bar-unknown {
  height: 70%; opacity: 1;
  background: repeating-linear-gradient(0deg, var(--odd) 0 3px, transparent 3px 5px);
}
.bar-unbaselined { background: var(--info); height: 30%; }
.legend { margin-top: 0.75rem; }
.legend .bar { display: inline-block; width: 8px; min-width: 8px; height: 9px; }
.legend .bar-drifted { height: 16px; }
.legend .bar-unknown { height: 13px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.75rem 1.5rem; padding: 0.5rem 0; }
.facts dt { color: var(--soft); font-size: 0.8125rem; }
.facts dd { margin: 0; }
#findings > * + *, #history > * + *, #baseline > * + *, #incidents > * + *, #audit > * + * { margin-top: 0.75rem; }
.group { margin-top: 0.75rem; overflow: hidden; }
.group h3 { padding: 0.55rem 1.125rem; border-bottom: 1px solid var(--line); }
.finding { padding: 0.8rem 1.125rem; display: grid; gap: 0.5rem; border-left: 4px solid var(--mild); }
.finding + .finding { border-top: 1px solid var(--line); }
.edge-critical { border-left-color: var(--critical); }
.edge-high { border-left-color: var(--high); }
.edge-medium { border-left-color: var(--medium); }
.edge-low { border-left-color: var(--low); }
.sentence { overflow-wrap: anywhere; }
.sentence .severity { margin-right: 0.4rem; }
.includes { font-size: 0.9375rem; }
.sides { display: flex; flex-wrap: wrap; gap: 0.4rem 0.9rem; align-items: end; }
.sides > div { min-width: 0; }
.sides dt { font-size: 0.75rem; color: var(--soft); }
.sides dd { margin: 0; }
.before code { background: var(--went); color: var(--went-text); }
.after code { background: var(--came); color: var(--came-text); }
.arrow { color: var(--soft); }
.diff figcaption { font-size: 0.8125rem; color: var(--soft); margin-bottom: 0.25rem; }
.went { background: var(--went); color: var(--went-text); }
.came { background: var(--came); color: var(--came-text); }
.diff pre .went, .diff pre .came, .diff pre .folded { display: block; margin: 0 -0.75rem; padding: 0 0.75rem; }
.folded { color: var(--soft); }
summary { cursor: pointer; color: var(--link); font-size: 0.9375rem; width: fit-content; }
details > :not(summary) { margin-top: 0.5rem; }
.row {
  display: grid; grid-template-columns: 1fr auto 8rem; gap: 0.25rem 1rem; padding: 0.55rem 1.125rem; align-items: center;
}
.row + .row { border-top: 1px solid var(--line); }
.row-main { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; overflow-wrap: anywhere; min-width: 0; }
.row-time { text-align: right; font-size: 0.875rem; grid-column: -2; }
.incident-open .row-main { font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; align-items: center; }
.panel { margin-top: 1.25rem; padding: 1.125rem; display: grid; gap: 0.9rem; max-width: 40rem; align-items: start; }
label { display: grid; gap: 0.25rem; font-weight: 600; font-size: 0.9375rem; }
label .hint { font-weight: 400; }
input {
  font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft); border-radius: 6px;
  padding: 0.45rem 0.6rem; width: 100%; font-weight: 400;
}
button, .button {
  font: inherit; font-size: 0.9375rem; color: var(--text); background: var(--card); border: 1px solid var(--soft);
  border-radius: 6px; padding: 0.4rem 0.9rem; cursor: pointer; text-decoration: none; display: inline-block;
}
button:hover, .button:hover { border-color: var(--link); color: var(--link); }
button.primary { background: var(--link); border-color: var(--link); color: var(--card); font-weight: 600; }
button.primary:hover { filter: brightness(1.08); color: var(--card); }
button.link { border: 0; background: none; padding: 0; color: var(--soft); font-weight: 400; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; }
@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: fresh 4s ease-out; }
  @keyframes fresh { from { background: var(--fresh); } }
}
@media (max-width: 36rem) {
  h1 { font-size: 1.4rem; }
  .row { grid-template-columns: 1fr auto; }
  .row-main { grid-column: 1 / -1; }
  .row > .severity { justify-self: start; }
}
`;
