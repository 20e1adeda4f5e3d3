/** What is asked of the embedded cluster, counted: how often the functions look at it, and when they write. */
import type { HttpRequest, Route } from '../../shared/http/route.ts';

export interface Traffic {
  readonly routes: readonly Route[];
  /** So many times somebody began to list the nodes: every look does, once. */
  looks(): number;
  /** Called after each request that changed something, or was a look; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** The same routes; `prefix` stands before the paths of the API server. */
export function countTraffic(routes: readonly Route[], prefix: string): Traffic {
  const listeners = new Set<() => void>();
  let looks = 0;
  const isLook = ({ method, path, query }: HttpRequest) => method === 'GET' && path === `${prefix}/api/v1/nodes` && !query.get('continue');
  const counted = (route: Route): Route => ({
    ...route,
    handle: async (request) => {
      const answer = await route.handle(request);
      if (isLook(request)) looks += 1;
      if (isLook(request) || request.method !== 'GET') for (const listener of listeners) listener();
      return answer;
    },
  });
  return {
    routes: routes.map(counted),
    looks: () => looks,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
