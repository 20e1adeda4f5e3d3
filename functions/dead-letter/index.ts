/** Knative function: events that nobody could handle are counted, and a person is told of them, once an hour at most. */
import { readConfig } from '../../shared/config.ts';
import { serve } from '../../shared/serve.ts';
import { variables } from './variables.ts';

void serve(
  () => readConfig(process.env, variables),
  () => import('./service.ts'),
);
