/** What a silence matches, and what is said of it. */
import type { Matchers } from '../../shared/alertmanager/silences.ts';
import type { Incident } from '../../shared/incidents/incident.ts';
import type { SilenceChoice } from '../../shared/slack/actions.ts';
import { type Answer, answer } from './answer.ts';
import type { Click } from './interaction.ts';

export interface Described {
  readonly matchers: Matchers;
  /** Of whose alerts Alertmanager notifies nobody then. */
  readonly reach: string;
}

/** The alert, and the labels by which all of its series name this cluster: another cluster’s stay loud. */
export function describe({ alert, series }: Incident): Described {
  const firing = series.filter(({ status }) => status === 'firing');
  const named = (firing.length > 0 ? firing : series).map(({ cluster = {} }) => Object.entries(cluster));
  const [first = [], ...others] = named;
  const common = first.filter(([label, value]) =>
    others.every((entries) => entries.some(([name, text]) => name === label && text === value)),
  );
  const until = `until then Alertmanager notifies nobody of ${alert}`;
  return {
    matchers: { alertname: alert, ...Object.fromEntries(common.sort(([a], [b]) => (a < b ? -1 : 1))) },
    reach:
      common.length > 0 ? `${until} on this cluster.` : `${until}, on whichever cluster: the alert carries no label of CLUSTER_LABELS.`,
  };
}

/** For whoever finds it in Alertmanager and wonders. */
export function commentOf({ channel, ts, workspace }: Click, clusterName: string): string {
  const place = `channel ${channel}, message ${ts}`;
  const message = workspace === undefined ? place : `https://${workspace}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  return `archwatch of ${clusterName}, asked for in Slack: ${message}`;
}

/** Where Alertmanager may not be asked. */
export function byHand({ matchers }: Described, choice: SilenceChoice, click: Click, clusterName: string): Answer {
  const words = Object.entries(matchers).map(([name, value]) => quoted(`${name}=${JSON.stringify(value)}`));
  const about = [`--author=${quoted(click.user.name)}`, `--comment=${quoted(commentOf(click, clusterName))}`];
  const command = ['amtool', 'silence', 'add', `--duration=${choice}`, ...about, ...words].join(' ');
  const sentence =
    'Nothing was silenced: archwatch may not ask Alertmanager here (ALERTMANAGER_URL is not set). By hand, with --alertmanager.url= before it:';
  return { ...answer('refused', sentence), command };
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
