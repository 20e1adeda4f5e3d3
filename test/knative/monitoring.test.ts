/** What watches archwatch, and what wakes it: names that two sides must agree on. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { ALERT_RULES } from '../../shared/golden-images/conditions.ts';
import { objectsIn, ofKind, readManifest, readManifestText } from './manifests.ts';

const root = new URL('../../', import.meta.url);
const sources = globSync('{functions,shared}/**/*.ts', { cwd: root }).map((file) => readFileSync(new URL(file, root), 'utf8'));
const counted = new Set(
  sources.flatMap((text) => [...text.matchAll(/\b(?:counter|gauge|histogram)\(\s*'(archwatch_\w+)'/g)].map(([, name]) => name)),
);
const metricsIn = (file: string) => {
  const named = readManifestText(`components/monitoring/${file}`).match(/archwatch_\w+/g) ?? [];
  return [...new Set(named.map((name) => name.replace(/_bucket$/, '')))].sort();
};
const rules = readManifest('components/monitoring/rules.yaml').spec.groups[0].rules;
const alerts = ALERT_RULES.map(({ alert }) => alert).join('|');
const service = 'http://alertmanager-webhook.archwatch.svc.cluster.local/alerts';

describe('monitoring', () => {
  for (const file of ['rules.yaml', 'archwatch.json']) {
    it(`${file} asks for nothing that no function counts`, () => {
      assert.ok(metricsIn(file).length > 3);
      assert.deepEqual(
        metricsIn(file).filter((name) => !counted.has(name)),
        [],
      );
    });
  }

  it('shows all that functions count', () => assert.deepEqual(metricsIn('archwatch.json'), [...counted].sort()));

  it('says with each alert what it means and what to do', () => {
    for (const { alert, labels, annotations } of rules) {
      assert.match(alert, /^Archwatch[A-Z]/);
      assert.deepEqual(labels, { severity: 'warning' });
      assert.ok(annotations.summary.endsWith('.') && annotations.description.endsWith('.'), alert);
      assert.equal(annotations.runbook, `docs/runbooks/${alert}.md`);
    }
  });

  it('has a page for each alert, and no other', () => {
    const pages = globSync('*.md', { cwd: new URL('docs/runbooks/', root) }).map((file) => file.replace('.md', ''));
    assert.deepEqual(pages.sort(), rules.map(({ alert }: { alert: string }) => alert).sort());
    for (const page of pages) {
      const text = readFileSync(new URL(`docs/runbooks/${page}.md`, root), 'utf8');
      assert.match(text, new RegExp(`^# ${page}\n\n.+\n\n## How to see it\n[^]*\n\`\`\`sh\n[^]+\n## What to do\n`), page);
    }
  });

  it('scrapes pods by the port of the function, and is let in there', () => {
    const [monitor] = ofKind(objectsIn('components/monitoring'), 'monitoring.coreos.com', 'PodMonitor');
    const [policy] = ofKind(objectsIn('components/monitoring'), 'networking.k8s.io', 'NetworkPolicy');
    assert.equal(monitor.spec.podMetricsEndpoints[0].port, 'user-port');
    assert.deepEqual(policy.spec.podSelector, monitor.spec.selector);
    assert.deepEqual(policy.spec.ingress[0].ports, [{ port: 8080 }]);
  });
});

describe('the receivers', () => {
  const { route, receivers } = readManifest('alertmanager/alertmanager.yml');
  const [own] = route.routes;
  const webhook = receivers.find(({ name }: { name: string }) => name === own.receiver).webhook_configs[0];
  const config = readManifest('alertmanager/alertmanager-config.yaml').spec;

  it('take HyperConverged’s three alerts, and leave them to others', () => {
    assert.deepEqual(own.matchers, [`alertname =~ "${alerts}"`]);
    assert.deepEqual(config.route.matchers, [{ name: 'alertname', matchType: '=~', value: alerts }]);
    assert.equal(own.continue, true);
  });

  it('send what is over, no more than is taken, with the token, and where they are told only', () => {
    assert.deepEqual(webhook, {
      url: service,
      send_resolved: true,
      max_alerts: 500,
      http_config: {
        follow_redirects: false,
        authorization: { type: 'Bearer', credentials_file: '/etc/alertmanager/secrets/archwatch-alertmanager/token' },
      },
    });
    assert.deepEqual(config.receivers[0].webhookConfigs, [
      {
        url: service,
        sendResolved: true,
        maxAlerts: 500,
        httpConfig: {
          followRedirects: false,
          authorization: { type: 'Bearer', credentials: { name: 'archwatch-alertmanager', key: 'token' } },
        },
      },
    ]);
  });

  it('say the same where they say the same', () => {
    const { groupBy, groupWait, groupInterval, repeatInterval } = config.route;
    assert.deepEqual(
      [groupBy, groupWait, groupInterval, repeatInterval],
      [own.group_by, own.group_wait, own.group_interval, own.repeat_interval],
    );
  });
});
