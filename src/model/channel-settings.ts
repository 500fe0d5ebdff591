/** What each type of channel needs to be reached, with secrets already resolved. A new channel adds one interface here. */

export interface SlackSettings {
  readonly name: string;
  readonly type: "slack";
  /** The incoming webhook's URL: a secret. */
  readonly webhookUrl: string;
  readonly timeoutMs: number;
  /** Shortest time between two messages to this webhook; Slack allows one a second. */
  readonly paceMs?: number;
}

export interface PagerDutySettings {
  readonly name: string;
  readonly type: "pagerduty";
  /** Events API v2 integration key: a secret. */
  readonly routingKey: string;
  /** Base URL of the events host; PagerDuty's EU service region has its own. */
  readonly eventsUrl: string;
  readonly timeoutMs: number;
}

export interface WebhookSettings {
  readonly name: string;
  readonly type: "webhook";
  /** A secret: such URLs often carry a token. */
  readonly url: string;
  /** Key of the HMAC-SHA256 signature: a secret. */
  readonly secret?: string;
  /** Values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type ChannelSettings = SlackSettings | PagerDutySettings | WebhookSettings;
export type ChannelType = ChannelSettings["type"];
export type SettingsOf<T extends ChannelType> = Extract<ChannelSettings, { readonly type: T }>;
