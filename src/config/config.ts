/** The configuration as the program uses it: complete, with secrets resolved. Types only; reading it is load-config.ts. */
import type { ChannelSettings } from "../model/channel-settings.ts";
import type { Environment } from "../model/environment.ts";
import type { Severity } from "../model/severity.ts";

export interface RouteSettings {
  readonly channels: readonly string[];
  /** Globs over environment names; all when absent. */
  readonly environments?: readonly string[];
  readonly minimumSeverity: Severity;
}

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ["auto", "json", "pretty"] as const;
/** "auto": pretty on a terminal, JSON elsewhere. */
export type LogFormat = (typeof logFormats)[number];

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly readToken: string | null;
  readonly writeToken: string | null;
}

export interface Config {
  /** Absolute path of the file it came from, or null when it came from the environment alone. */
  readonly file: string | null;
  readonly environments: readonly Environment[];
  readonly channels: readonly ChannelSettings[];
  readonly routes: readonly RouteSettings[];
  readonly notifications: {
    /** An open incident is told again this often; 0: never. */
    readonly repeatEveryMs: number;
  };
  /** `dataDir` is absolute. */
  readonly store: { readonly url: string } | { readonly dataDir: string };
  readonly queue: { readonly redisUrl: string | null; readonly concurrency: number };
  readonly http: HttpSettings;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  readonly retention: { readonly checksMs: number };
  /** True when there is nothing to watch but the live demo. */
  readonly demo: boolean;
}
