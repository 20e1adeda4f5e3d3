/** What watches archwatch, and what wakes it: names that two sides must agree on. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { ALERT_RULES, type Condition } from '../../shared/golden-images/conditions.ts';
import type { Refusal } from '../../shared/slack/refusal.ts';
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
const { panels } = JSON.parse(readManifestText('components/monitoring/archwatch.json'));
const asked: readonly string[] = [
  ...rules.map(({ expr }: { readonly expr: string }) => expr),
  ...panels.flatMap(({ targets }: { readonly targets: readonly { readonly expr: string }[] }) => targets.map(({ expr }) => expr)),
];
/** All that a new counter has, and what an older one gained: a function that sleeps begins anew. */
const GAINED = /\(last_over_time\((\S+)\[(\S+)\]\) unless last_over_time\(\1\[6h\] offset \2\)\) or increase\(\1\[\2\]\)/g;
const endsByItself = {
  gone: true,
  'rate-limited': true,
  unreached: true,
  unanswered: true,
  failed: true,
  misconfigured: false,
  refused: false,
  'invalid-blocks': false,
} as const satisfies Readonly<Record<Refusal, boolean>>;
const canTell = { present: true, absent: true, unknown: false } as const satisfies Readonly<Record<Condition['kind'], boolean>>;
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

  it('counts also what a function counted that woke, did one thing and slept', () => {
    const others = asked.map((expr) => expr.replaceAll(GAINED, 'gained')).filter((expr) => /_(total|bucket|sum|count)\b/.test(expr));
    assert.deepEqual(others, []);
    assert.ok(asked.filter((expr) => expr.search(GAINED) >= 0).length > 20);
  });

  it('names no value of a label that no function says', () => {
    const values = asked.flatMap((expr) => [...expr.matchAll(/\w+=~?"([^"$]+)"/g)].flatMap(([, given = '']) => given.split('|')));
    assert.ok(values.length > 10);
    const known = [...globSync('*', { cwd: new URL('functions/', root) }).map((name) => `'${name}'`), ...sources].join();
    assert.deepEqual(
      values.filter((value) => !known.includes(`'${value}'`)),
      [],
    );
  });

  it('waits to see whether it ends, where it may, and not otherwise', () => {
    const named = (alert: string, label: string) => {
      const own = rules.filter((rule: { readonly alert: string }) => rule.alert === alert);
      return own.map(({ expr, for: lasts }: { readonly expr: string; readonly for?: string }) => {
        const given = [...expr.matchAll(new RegExp(`${label}=~?"([^"]+)"`, 'g'))].flatMap(([, values = '']) => values.split('|'));
        return [lasts, [...new Set(given)].sort()];
      });
    };
    const those = (values: Readonly<Record<string, boolean>>, is: boolean) =>
      Object.keys(values)
        .filter((value) => values[value] === is)
        .sort();
    assert.deepEqual(named('ArchwatchCannotPost', 'reason'), [
      [undefined, those(endsByItself, false)],
      ['10m', those(endsByItself, true)],
    ]);
    assert.deepEqual(named('ArchwatchCannotRead', 'condition'), [['5m', Object.keys(canTell).sort()]]);
  });

  it('says of each reason on its page what to do', () => {
    const page = readFileSync(new URL('docs/runbooks/ArchwatchCannotPost.md', root), 'utf8');
    for (const reason of Object.keys(endsByItself)) assert.match(page, new RegExp(`^\\| .*\`${reason}\``, 'm'), reason);
  });

  it('says with each alert what it means and what to do', () => {
    for (const { alert, labels, annotations } of rules) {
      assert.match(alert, /^Archwatch[A-Z]/);
      assert.equal(labels.severity, 'warning');
      assert.ok(annotations.summary.endsWith('.') && annotations.description.endsWith('.'), alert);
      assert.equal(annotations.runbook_url, `RUNBOOK_BASE_URL/${alert}.md`);
    }
  });

  it('has a page for each alert, and no other', () => {
    const pages = globSync('*.md', { cwd: new URL('docs/runbooks/', root) }).map((file) => file.replace('.md', ''));
    assert.deepEqual(pages.sort(), [...new Set(rules.map(({ alert }: { alert: string }) => alert))].sort());
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
