/** The table of channel types: a new channel is its file, its settings and one row here. */

import type { ChannelSettings, ChannelType, SettingsOf } from "../model/channel-settings.ts";
import type { Channel } from "../monitor/ports.ts";
import type { HttpDeps } from "./http-post.ts";
import { createPagerDutyChannel } from "./pagerduty.ts";
import { createSlackChannel } from "./slack.ts";
import { createWebhookChannel } from "./webhook.ts";

type ChannelFactory<T extends ChannelType> = (deps: HttpDeps, settings: SettingsOf<T>) => Channel;

const factories: { readonly [T in ChannelType]: ChannelFactory<T> } = {
  slack: createSlackChannel,
  pagerduty: createPagerDutyChannel,
  webhook: createWebhookChannel,
};

/**
 * One channel per entry, in the same order. `fetch` and the clock of `deps` default to the real ones.
 * Throws DriftwatchError config.invalid when a URL cannot be used; the message names the channel, never the URL.
 */
export function createChannels(
  settings: readonly ChannelSettings[],
  deps: Partial<HttpDeps> = {},
): readonly Channel[] {
  const complete: HttpDeps = {
    fetch: deps.fetch ?? globalThis.fetch,
    clock: deps.clock ?? { now: Date.now },
  };
  return settings.map((entry) => createChannel(complete, entry));
}

function createChannel<T extends ChannelType>(deps: HttpDeps, settings: SettingsOf<T>): Channel {
  const factory: ChannelFactory<T> = factories[settings.type as T];
  return factory(deps, settings);
}
