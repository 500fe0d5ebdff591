/** What the server is handed: reads of the store, use cases as functions, and how it is to be reached. */
import type { Baseline } from "../model/check.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { BaselinePreview } from "../monitor/accept-baseline.ts";
import type { ChannelTrouble, Clock, HistoryReader, Logger, MonitorStore } from "../monitor/ports.ts";

export type ReadStore = HistoryReader & Pick<MonitorStore, "environments" | "environment">;

export interface AcceptInput {
  readonly environment: string;
  readonly actor: string;
  readonly reason: string;
  /** Of the preview; accepting anything else is a baseline.conflict. */
  readonly fingerprint: string;
}

export interface Schedule {
  readonly everySeconds: number;
  /** ISO time, or null when it cannot be told. */
  readonly nextCheckAt: string | null;
}

/** One part that readiness depends on. "degraded" parts leave the daemon ready. */
export interface ReadinessPart {
  readonly name: string;
  readonly status: "ok" | "degraded" | "down";
  readonly code?: ErrorCode;
}

export interface HttpDeps {
  readonly store: ReadStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Asks for a check soon; it returns before the check has run. Throws environment.unknown. */
  triggerCheck(environment: string): Promise<void>;
  /** Reads the database now. Throws environment.unknown and everything that reading throws. */
  previewBaseline(environment: string): Promise<BaselinePreview>;
  /** Throws baseline.conflict when the schema moved since the preview. */
  acceptBaseline(input: AcceptInput): Promise<Baseline>;
  /** The Prometheus text format. */
  metrics(): Promise<string>;
  readiness(): Promise<readonly ReadinessPart[]>;
  /** Configured channels that do not deliver. */
  undelivered(): Promise<readonly ChannelTrouble[]>;
  /** A sentence on top of the first page, for a daemon that is not the usual one. */
  readonly notice?: string;
  /** When an environment is checked; undefined when it is stored but no longer configured. */
  schedule(environment: string): Schedule | undefined;
}

export interface HttpOptions {
  /** "health": probes and metrics only, for processes that do not serve people; everything when absent. */
  readonly serves?: "everything" | "health";
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Under which people reach the server through a proxy, e.g. "https://driftwatch.example.org". */
  readonly publicUrl?: string | null;
  readonly readToken?: string | null;
  /** May read too. */
  readonly writeToken?: string | null;
}
