/** The environment variables of archwatch. Each function picks those that it needs. */
import { readFileSync } from 'node:fs';
import { parseTokens, type SecretSource } from './auth.ts';
import { address, ConfigError, choice, file, integer, optional, required, type Variable } from './config.ts';
import type { NamespacedName } from './kubernetes/read-hyperconverged.ts';
import type { SenderCheckOptions } from './oidc/sender-check.ts';
import { BUTTONS, type SlackButton } from './slack/actions.ts';

const DEFAULT_BUTTONS = 'check-again,acknowledge';
const DEFAULT_CLUSTER_LABELS = 'cluster,managed_cluster';
const MINUTE_MS = 60_000;
const MAX_CLUSTER_NAME = 100;

export const port = integer('PORT', { min: 0, max: 65_535, fallback: 8080 });
/** Part of every key, and of every first line. */
export const clusterName: Variable<string> = (environment) => {
  const name = required('CLUSTER_NAME', 'the name that messages give this cluster')(environment);
  if (name.length > MAX_CLUSTER_NAME)
    throw new ConfigError(`CLUSTER_NAME is ${name.length} characters long, at most ${MAX_CLUSTER_NAME} are taken`);
  if (/^(["']).*\1$/s.test(name)) throw new ConfigError('CLUSTER_NAME stands in quotes: settings.env takes them as a part of the name');
  if (/\p{Cc}/u.test(name)) throw new ConfigError('CLUSTER_NAME has a line break or another control character in it');
  return name;
};
export const clusterId = optional('CLUSTER_ID');
export const slackChannel = required('SLACK_CHANNEL', 'the id of the channel to post to');
export const slackApiUrl: Variable<string> = (environment) => address('SLACK_API_URL', undefined)(environment) ?? 'https://slack.com/api/';
export const alertmanagerTokenFile = secretFile(
  'ALERTMANAGER_TOKEN_FILE',
  'the file with the bearer tokens that Alertmanager may use, one a line',
);
/** The Alertmanager that may be asked, and how we come in there. */
export const alertmanagerUrl = address('ALERTMANAGER_URL', undefined);
export const alertmanagerApiTokenFile = optionalFile('ALERTMANAGER_API_TOKEN_FILE');
export const alertmanagerCaFile = optionalFile('ALERTMANAGER_CA_FILE');
/** For whom the tokens of senders must be made, and of whom they must be; undefined where none is asked for. */
export const oidc: Variable<Pick<SenderCheckOptions, 'audience' | 'subjects'> | undefined> = (environment) => {
  const audience = optional('OIDC_AUDIENCE')(environment);
  const listed = optional('OIDC_SUBJECTS')(environment);
  if (audience === undefined && listed !== undefined)
    throw new ConfigError('OIDC_SUBJECTS is set, and without OIDC_AUDIENCE no token is asked for');
  return audience === undefined ? undefined : { audience, subjects: listed?.split(',').map((subject) => subject.trim()) };
};
export const consoleUrl = address('CONSOLE_URL', undefined);
/** Whether registries on this machine or its own link (loopback, link-local) may be asked: for a mirror there. */
export const registryLocalAddresses = choice('REGISTRY_LOCAL_ADDRESSES', ['refuse', 'allow'], 'refuse');
export const kubectl = choice('KUBECTL', ['kubectl', 'oc'], 'kubectl');
/** What a remedy is held against before it is shown: the published schema, or the API server itself in a dry run. */
export const dryRun = choice('DRY_RUN', ['schema', 'server'], 'schema');
export const logLevel = choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info');
export const logFormat = choice('LOG_FORMAT', ['json', 'pretty'], 'json');

/** Labels that name the cluster that an alert came from. */
export const clusterLabels: Variable<readonly string[]> = (environment) =>
  (optional('CLUSTER_LABELS')(environment) ?? DEFAULT_CLUSTER_LABELS).split(',').map((label) => label.trim());

/** Within this time after it was over, a condition that returns is the same episode; ms. */
export const flapWindowMs: Variable<number> = (environment) =>
  integer('FLAP_WINDOW_MINUTES', { min: 1, max: 1_440, fallback: 60 })(environment) * MINUTE_MS;

/** `namespace/name`; undefined for the one that the cluster has. */
export const hyperConverged: Variable<NamespacedName | undefined> = (environment) => {
  const text = optional('HYPERCONVERGED')(environment);
  if (text === undefined) return undefined;
  const [namespace, name, ...rest] = text.split('/');
  if (namespace && name && rest.length === 0) return { namespace, name };
  throw new ConfigError(`HYPERCONVERGED is ${JSON.stringify(text)}, not namespace/name`);
};

/** Mounted, or for local use in the environment. */
export const slackBotToken: Variable<SecretSource> = (environment) => {
  const value = optional('SLACK_BOT_TOKEN')(environment);
  if (value !== undefined && !optional('SLACK_BOT_TOKEN_FILE')(environment)) return { value };
  return { file: file('SLACK_BOT_TOKEN_FILE', 'the file with the bot token of the Slack app')(environment) };
};

/** Mounted, or for local use in the environment: with it Slack signs what it sends. There is one; Slack lets the old one go at once. */
export const slackSigningSecret: Variable<SecretSource> = (environment) => {
  const value = optional('SLACK_SIGNING_SECRET')(environment);
  if (value !== undefined && !optional('SLACK_SIGNING_SECRET_FILE')(environment)) return { value };
  const meaning = 'the file with the signing secret of the Slack app';
  return { file: secretFile('SLACK_SIGNING_SECRET_FILE', meaning)(environment) };
};

/** Which buttons a message has; none where it is `none`. */
export const slackButtons: Variable<readonly SlackButton[]> = (environment) => {
  const text = optional('SLACK_BUTTONS')(environment) ?? DEFAULT_BUTTONS;
  if (text === 'none') return [];
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !BUTTONS.some((button) => button === name));
  if (unknown === undefined) return BUTTONS.filter((button) => wanted.includes(button));
  throw new ConfigError(`SLACK_BUTTONS has ${JSON.stringify(unknown)} in it, not one of ${BUTTONS.join(', ')}; or it is none`);
};

/** Where incidents are kept. */
export const incidents = recordPlace('INCIDENTS', 'where incidents are kept');

/** Where the count of dead letters is kept. */
export const deadLetters = recordPlace('DEAD_LETTERS', 'where the count of dead letters is kept');

/** A file that must be readable where it is named. */
function optionalFile(name: string): Variable<string | undefined> {
  return (environment) => (optional(name)(environment) === undefined ? undefined : file(name, '')(environment));
}

/** A file of secrets, one a line. */
function secretFile(name: string, meaning: string): Variable<string> {
  return (environment) => {
    const path = file(name, meaning)(environment);
    try {
      parseTokens(path, readFileSync(path, 'utf8'));
      return path;
    } catch (error) {
      throw new ConfigError(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  };
}

/** A record's place: `configmap:<namespace>/<name>`, or `memory`, which is gone with the process. */
function recordPlace(name: string, meaning: string): Variable<'memory' | NamespacedName> {
  return (environment) => {
    const text = required(name, `${meaning}: configmap:NAMESPACE/NAME, or memory`)(environment);
    if (text === 'memory') return text;
    const [, namespace = '', map = ''] = /^configmap:([^/]*)\/([^/]*)$/.exec(text) ?? [];
    if (DNS_LABEL.test(namespace) && DNS_SUBDOMAIN.test(map)) return { namespace, name: map };
    throw new ConfigError(`${name} is ${JSON.stringify(text)}, neither configmap:NAMESPACE/NAME nor memory`);
  };
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/: namespaces are labels, ConfigMaps are subdomains of RFC 1123. */
const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
