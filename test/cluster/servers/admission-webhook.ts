/** A real admission webhook: it answers every review as a test wants. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ApiServer } from './api-server.ts';
import { remember } from './running.ts';

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), 'utf8');
const CERTIFICATE = fixture('localhost.pem');
const REGISTRATION = '/apis/admissionregistration.k8s.io/v1';
const TIMEOUT_SECONDS = 2;

/** `response` of an AdmissionReview, without the uid. */
export interface Review {
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly message: string };
  readonly warnings?: readonly string[];
  readonly patchType?: 'JSONPatch';
  /** In base64. */
  readonly patch?: string;
}

export interface AdmissionWebhook {
  /** From here on. */
  answer(review: Review): void;
  stop(): Promise<void>;
}

/** Listens, and is asked about every change of a HyperConverged by that server; `kind` is of the configuration that says so. */
export async function startAdmissionWebhook(
  server: Pick<ApiServer, 'send'>,
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration',
): Promise<AdmissionWebhook> {
  let review: Review = { allowed: true };
  const listener = createServer({ cert: CERTIFICATE, key: fixture('localhost-key.pem') }, async (request, response) => {
    const { request: asked } = Object(await json(request));
    const answer = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: asked.uid, ...review } };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  const listening = Promise.withResolvers<number>();
  listener.on('error', listening.reject).listen(0, '127.0.0.1', () => {
    const address = listener.address();
    if (address !== null && typeof address === 'object') listening.resolve(address.port);
  });
  const url = `https://localhost:${await listening.promise}/`;
  const forget = remember('an admission webhook', () => listener.closeAllConnections());
  await server.send('POST', `${REGISTRATION}/${kind.toLowerCase()}s`, configuration(kind, url));
  return {
    answer: (next) => {
      review = next;
    },
    stop: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      listener.close(() => resolve());
      listener.closeAllConnections();
      forget();
      return promise;
    },
  };
}

function configuration(kind: string, url: string): object {
  const webhook = {
    name: 'test-hco.kubevirt.io',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: TIMEOUT_SECONDS,
    clientConfig: { url, caBundle: Buffer.from(CERTIFICATE).toString('base64') },
    rules: [{ apiGroups: ['hco.kubevirt.io'], apiVersions: ['*'], resources: ['hyperconvergeds'], operations: ['UPDATE'] }],
  };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: 'test' }, webhooks: [webhook] };
}
