/** What the pages link to: style sheet, script and icons, each under a path that changes with its content. */
import { createHash } from "node:crypto";
import { clientScript } from "./client-script.ts";
import { styles } from "./styles.ts";

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

function icon(eye: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f3a5f"/>` +
    `<path d="M5 20c4 0 4-3 8-3s4 3 8 3 4-3 6-3" fill="none" stroke="#8ab8ff" stroke-width="2.5" stroke-linecap="round"/>` +
    `<path d="M5 25h22" stroke="#5f7fa8" stroke-width="2" stroke-linecap="round"/>` +
    `<circle cx="16" cy="9.5" r="4.5" fill="${eye}"/></svg>`
  );
}

function asset(name: string, extension: string, type: string, content: string): Asset {
  const version = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return { path: `/assets/${name}-${version}.${extension}`, type, content };
}

const list = {
  styles: asset("driftwatch", "css", "text/css; charset=utf-8", styles),
  script: asset("driftwatch", "js", "text/javascript; charset=utf-8", clientScript),
  icon: asset("icon", "svg", "image/svg+xml", icon("#7fd1a0")),
  iconAlarm: asset("icon-alarm", "svg", "image/svg+xml", icon("#ff6b60")),
} as const;

export const assets: readonly Asset[] = Object.values(list);

export const assetPaths = {
  styles: list.styles.path,
  script: list.script.path,
  icon: list.icon.path,
  iconAlarm: list.iconAlarm.path,
} as const;
