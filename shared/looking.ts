/** What it takes to look again, made of the environment: the functions have it in common. */
import { readSecret } from './auth.ts';
import type { Values } from './config.ts';
import { openIncidents } from './incidents/store/open-incidents.ts';
import { createCluster } from './kubernetes/cluster.ts';
import { createConfigMaps } from './kubernetes/config-maps.ts';
import { createDryRun } from './kubernetes/dry-run.ts';
import { createLookAgain, type LookAgain } from './look-again/look-again.ts';
import { addressRule } from './registry/addresses.ts';
import { createImages } from './registry/images.ts';
import type { Surroundings } from './service.ts';
import { type Chat, createChat } from './slack/chat.ts';
import type { chatVariables, lookingVariables } from './variables.ts';

export function openChat(config: Values<typeof chatVariables>, now: () => Date): Chat {
  return createChat({
    token: () => readSecret(config.slackBotToken),
    channel: config.slackChannel,
    apiUrl: config.slackApiUrl,
    now,
  });
}

export function createLooking(config: Values<typeof lookingVariables>, chat: Chat, { log, now }: Surroundings): LookAgain {
  const { kubernetes, clusterName, kubectl, flapWindowMs, consoleUrl } = config;
  const { connect } = kubernetes;
  const readImages = createImages({ now, refuses: addressRule(config.registryLocalAddresses) }).read;
  return createLookAgain({
    cluster: createCluster({ connect, hyperConverged: config.hyperConverged, now, log, readImages }),
    dryRun: config.dryRun === 'server' ? createDryRun({ connect, log }) : undefined,
    incidents: openIncidents(config.incidents, { configMaps: () => createConfigMaps({ connect }), log, now }),
    settings: { consoleUrl, buttons: config.slackButtons },
    ...{ chat, clusterName, kubectl, flapWindowMs, log, now },
  });
}
