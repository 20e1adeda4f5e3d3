/** Knative function: a person clicked below a message, so check again, acknowledge or silence. */
import { readConfig } from '../../shared/config.ts';
import { serve } from '../../shared/serve.ts';
import { variables } from './variables.ts';

void serve(
  () => readConfig(process.env, variables),
  () => import('./service.ts'),
);
