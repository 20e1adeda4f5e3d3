/** The pods of HCO's operator. */
import { OPERATOR_SELECTOR, type OperatorState, readOperator } from '../golden-images/operator.ts';
import type { Read } from '../golden-images/read.ts';
import type { ApiConnection } from './api-connection.ts';
import { attempt } from './failure.ts';
import { itemsOf } from './kinds.ts';

/** It explains a verdict and decides none, so nobody waits long for it. */
const OPERATOR_TIME_MS = 2_000;

/** How the operator of the HyperConverged in this namespace does; it runs beside its CR. Never throws. */
export async function readTheOperator(api: ApiConnection, namespace: string, signal: AbortSignal): Promise<Read<OperatorState>> {
  const part = AbortSignal.any([signal, AbortSignal.timeout(OPERATOR_TIME_MS)]);
  const query = new URLSearchParams({ labelSelector: OPERATOR_SELECTOR });
  return attempt('pods', async () => {
    const list = await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`, part);
    return readOperator(itemsOf('PodList', list));
  });
}
