import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Environment, type Variable } from '../../shared/config.ts';
import * as settings from '../../shared/settings.ts';

describe('the settings', () => {
  const cases: readonly { variable: Variable<unknown>; environment?: Environment; value: unknown }[] = [
    { variable: settings.port, value: 8080 },
    { variable: settings.port, environment: { PORT: '0' }, value: 0 },
    { variable: settings.clusterName, environment: { CLUSTER_NAME: 'prod' }, value: 'prod' },
    { variable: settings.clusterName, environment: { CLUSTER_NAME: 'the "münchen" of 100%' }, value: 'the "münchen" of 100%' },
    { variable: settings.clusterId, value: undefined },
    { variable: settings.clusterId, environment: { CLUSTER_ID: 'f3b1' }, value: 'f3b1' },
    { variable: settings.clusterLabels, value: ['cluster', 'managed_cluster'] },
    { variable: settings.clusterLabels, environment: { CLUSTER_LABELS: 'a, b' }, value: ['a', 'b'] },
    { variable: settings.slackChannel, environment: { SLACK_CHANNEL: 'C1' }, value: 'C1' },
    { variable: settings.slackApiUrl, value: 'https://slack.com/api/' },
    { variable: settings.slackApiUrl, environment: { SLACK_API_URL: 'http://localhost:1/' }, value: 'http://localhost:1/' },
    { variable: settings.consoleUrl, value: undefined },
    { variable: settings.alertmanagerUrl, value: undefined },
    { variable: settings.alertmanagerUrl, environment: { ALERTMANAGER_URL: 'https://am/x' }, value: 'https://am/x' },
    { variable: settings.alertmanagerApiTokenFile, value: undefined },
    { variable: settings.alertmanagerApiTokenFile, environment: { ALERTMANAGER_API_TOKEN_FILE: 'README.md' }, value: 'README.md' },
    { variable: settings.alertmanagerCaFile, environment: { ALERTMANAGER_CA_FILE: ' ' }, value: undefined },
    { variable: settings.oidc, value: undefined },
    { variable: settings.oidc, environment: { OIDC_AUDIENCE: 'a' }, value: { audience: 'a', subjects: undefined } },
    { variable: settings.oidc, environment: { OIDC_AUDIENCE: 'a', OIDC_SUBJECTS: 'b, c' }, value: { audience: 'a', subjects: ['b', 'c'] } },
    { variable: settings.registryLocalAddresses, value: 'refuse' },
    { variable: settings.registryLocalAddresses, environment: { REGISTRY_LOCAL_ADDRESSES: 'allow' }, value: 'allow' },
    { variable: settings.kubectl, value: 'kubectl' },
    { variable: settings.kubectl, environment: { KUBECTL: 'oc' }, value: 'oc' },
    { variable: settings.dryRun, value: 'schema' },
    { variable: settings.dryRun, environment: { DRY_RUN: 'server' }, value: 'server' },
    { variable: settings.logLevel, value: 'info' },
    { variable: settings.logFormat, value: 'json' },
    { variable: settings.flapWindowMs, value: 3_600_000 },
    { variable: settings.flapWindowMs, environment: { FLAP_WINDOW_MINUTES: '5' }, value: 300_000 },
    { variable: settings.hyperConverged, value: undefined },
    { variable: settings.hyperConverged, environment: { HYPERCONVERGED: 'a/b' }, value: { namespace: 'a', name: 'b' } },
    { variable: settings.slackBotToken, environment: { SLACK_BOT_TOKEN: 'xoxb-1' }, value: { value: 'xoxb-1' } },
    { variable: settings.slackSigningSecret, environment: { SLACK_SIGNING_SECRET: 's' }, value: { value: 's' } },
    {
      variable: settings.slackSigningSecret,
      environment: { SLACK_SIGNING_SECRET_FILE: '.npmrc', SLACK_SIGNING_SECRET: 's' },
      value: { file: '.npmrc' },
    },
    { variable: settings.slackButtons, value: ['check-again', 'acknowledge'] },
    { variable: settings.slackButtons, environment: { SLACK_BUTTONS: 'none' }, value: [] },
    { variable: settings.slackButtons, environment: { SLACK_BUTTONS: 'silence, check-again' }, value: ['check-again', 'silence'] },
    { variable: settings.incidents, environment: { INCIDENTS: 'memory' }, value: 'memory' },
    { variable: settings.deadLetters, environment: { DEAD_LETTERS: 'memory' }, value: 'memory' },
    { variable: settings.deadLetters, environment: { DEAD_LETTERS: 'configmap:a/b.c' }, value: { namespace: 'a', name: 'b.c' } },
    { variable: settings.incidents, environment: { INCIDENTS: 'configmap:a-1/b.c' }, value: { namespace: 'a-1', name: 'b.c' } },
  ];
  for (const { variable, environment = {}, value } of cases) {
    it(`read ${JSON.stringify(environment)} as ${JSON.stringify(value)}`, () => assert.deepEqual(variable(environment), value));
  }

  const wrong: readonly { variable: Variable<unknown>; environment?: Environment; names: string }[] = [
    { variable: settings.port, environment: { PORT: '65536' }, names: 'PORT' },
    { variable: settings.clusterName, names: 'CLUSTER_NAME' },
    { variable: settings.clusterName, environment: { CLUSTER_NAME: 'x'.repeat(101) }, names: 'CLUSTER_NAME is 101 characters long' },
    ...['"prod"', "'prod'", '""'].map((name) => ({
      variable: settings.clusterName,
      environment: { CLUSTER_NAME: name },
      names: 'CLUSTER_NAME stands in quotes',
    })),
    ...['a\nb', 'a\tb', 'a\x7Fb'].map((name) => ({
      variable: settings.clusterName,
      environment: { CLUSTER_NAME: name },
      names: 'CLUSTER_NAME has a line break',
    })),
    { variable: settings.slackChannel, names: 'SLACK_CHANNEL' },
    { variable: settings.oidc, environment: { OIDC_SUBJECTS: 'b' }, names: 'OIDC_SUBJECTS is set' },
    { variable: settings.slackApiUrl, environment: { SLACK_API_URL: 'slack.com' }, names: 'SLACK_API_URL' },
    { variable: settings.slackBotToken, names: 'SLACK_BOT_TOKEN_FILE' },
    {
      variable: settings.slackBotToken,
      environment: { SLACK_BOT_TOKEN_FILE: '/missing', SLACK_BOT_TOKEN: 'x' },
      names: 'SLACK_BOT_TOKEN_FILE',
    },
    { variable: settings.slackSigningSecret, names: 'SLACK_SIGNING_SECRET_FILE' },
    { variable: settings.slackSigningSecret, environment: { SLACK_SIGNING_SECRET: ' ' }, names: 'SLACK_SIGNING_SECRET_FILE' },
    {
      variable: settings.slackSigningSecret,
      environment: { SLACK_SIGNING_SECRET_FILE: '/missing', SLACK_SIGNING_SECRET: 's' },
      names: 'SLACK_SIGNING_SECRET_FILE: /missing',
    },
    { variable: settings.slackButtons, environment: { SLACK_BUTTONS: 'check-again,delete' }, names: 'SLACK_BUTTONS has "delete"' },
    { variable: settings.slackButtons, environment: { SLACK_BUTTONS: 'none,silence' }, names: 'SLACK_BUTTONS has "none"' },
    { variable: settings.alertmanagerTokenFile, names: 'ALERTMANAGER_TOKEN_FILE' },
    {
      variable: settings.alertmanagerTokenFile,
      environment: { ALERTMANAGER_TOKEN_FILE: 'README.md' },
      names: 'ALERTMANAGER_TOKEN_FILE: README.md: entry',
    },
    { variable: settings.consoleUrl, environment: { CONSOLE_URL: 'console' }, names: 'CONSOLE_URL' },
    { variable: settings.alertmanagerUrl, environment: { ALERTMANAGER_URL: 'am:9093' }, names: 'ALERTMANAGER_URL' },
    {
      variable: settings.alertmanagerApiTokenFile,
      environment: { ALERTMANAGER_API_TOKEN_FILE: '/missing' },
      names: 'ALERTMANAGER_API_TOKEN_FILE',
    },
    { variable: settings.alertmanagerCaFile, environment: { ALERTMANAGER_CA_FILE: '/missing' }, names: 'ALERTMANAGER_CA_FILE: /missing' },
    { variable: settings.registryLocalAddresses, environment: { REGISTRY_LOCAL_ADDRESSES: 'yes' }, names: 'REGISTRY_LOCAL_ADDRESSES' },
    { variable: settings.kubectl, environment: { KUBECTL: 'rm -rf /; kubectl' }, names: 'KUBECTL' },
    { variable: settings.dryRun, environment: { DRY_RUN: 'true' }, names: 'DRY_RUN' },
    { variable: settings.logLevel, environment: { LOG_LEVEL: 'loud' }, names: 'LOG_LEVEL' },
    { variable: settings.logFormat, environment: { LOG_FORMAT: 'xml' }, names: 'LOG_FORMAT' },
    { variable: settings.flapWindowMs, environment: { FLAP_WINDOW_MINUTES: '0' }, names: 'FLAP_WINDOW_MINUTES' },
    ...['a', 'a/', '/b', 'a/b/c'].map((text) => ({
      variable: settings.hyperConverged,
      environment: { HYPERCONVERGED: text },
      names: 'HYPERCONVERGED',
    })),
    { variable: settings.incidents, names: 'INCIDENTS' },
    { variable: settings.deadLetters, names: 'DEAD_LETTERS is not set: where the count' },
    { variable: settings.deadLetters, environment: { DEAD_LETTERS: 'configmap:a' }, names: 'DEAD_LETTERS' },
    ...[
      'disk',
      'configmap:',
      'configmap:a',
      'configmap:a/',
      'configmap:/b',
      'configmap:a/b/c',
      'configmap:A/b',
      'configmap:a.b/c',
      'configmap:a/-b',
    ].map((text) => ({ variable: settings.incidents, environment: { INCIDENTS: text }, names: 'INCIDENTS' })),
    { variable: settings.incidents, environment: { INCIDENTS: `configmap:${'a'.repeat(64)}/b` }, names: 'INCIDENTS' },
  ];
  for (const { variable, environment = {}, names } of wrong) {
    it(`refuse ${JSON.stringify(environment)} and name ${names}`, () => {
      assert.throws(
        () => variable(environment),
        (error) => error instanceof ConfigError && error.message.startsWith(names),
      );
    });
  }

  it('take the mounted bot token before the one in the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'archwatch-settings-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'xoxb-mounted');
    const source = settings.slackBotToken({ SLACK_BOT_TOKEN_FILE: file, SLACK_BOT_TOKEN: 'xoxb-local' });
    rmSync(folder, { recursive: true });
    assert.deepEqual(source, { file });
  });

  it('never say a secret that is given as a value', () => {
    assert.throws(
      () => settings.slackBotToken({ SLACK_BOT_TOKEN_FILE: '/missing', SLACK_BOT_TOKEN: 'xoxb-secret' }),
      (error) => error instanceof ConfigError && !error.message.includes('xoxb'),
    );
  });
});
