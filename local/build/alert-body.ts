/** What Alertmanager delivers while golden images lack an architecture of the workers. */
import { webhookBody } from '../story/webhook-body.ts';

const labels = { alertname: 'HCOMultiArchGoldenImagesDisabled', namespace: 'openshift-cnv', severity: 'warning' };

export const ALERT_BODY = webhookBody([{ labels, annotations: {}, startsAt: new Date(), expression: 'up' }], new Date());
