/** Knative function: a Node or the HyperConverged changed, or an hour passed, so look at the cluster again. */
import { readConfig } from '../../shared/config.ts';
import { serve } from '../../shared/serve.ts';
import { variables } from './variables.ts';

void serve(
  () => readConfig(process.env, variables),
  () => import('./service.ts'),
);
