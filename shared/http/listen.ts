/** Routes on a port of their own. */
import { type AppOptions, createApp } from './express-app.ts';
import type { Route } from './route.ts';
import { type Listening, openServer, type ServerOptions } from './server.ts';

export type ListenOptions = ServerOptions & Omit<AppOptions, 'closing'>;

/** Answers the routes, and what the platform asks of each function: liveness, readiness, metrics. */
export async function listen(routes: readonly Route[], options: ListenOptions): Promise<Listening> {
  return openServer(options, async ({ closing }) => createApp(routes, { ...options, closing }));
}
