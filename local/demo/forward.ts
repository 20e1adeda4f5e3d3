/** Passes requests on to a function that runs as its own process, and its answers back. */
import type { HttpAnswer, HttpRequest, Route } from '../../shared/http.ts';

export interface Forward {
  readonly route: Route;
  /** Where the function listens. */
  setTarget(url: string): void;
}

/** The function refuses what is too large; here there is room for it. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** A route for `path`; answers 503 until it has a target, and while that cannot be reached. */
export function forwardTo(path: string): Forward {
  let target: string | undefined;
  return {
    setTarget: (url) => {
      target = url;
    },
    route: {
      method: 'post',
      path,
      bodyLimit: BODY_LIMIT,
      handle: async (request) => {
        if (target === undefined) throw new Error(`nothing listens for ${path} yet`);
        return pass(request, `${target}${path}`);
      },
    },
  };
}

async function pass({ headers: { authorization }, body }: HttpRequest, url: string): Promise<HttpAnswer> {
  const answer = await fetch(url, { method: 'POST', headers: authorization ? { authorization } : {}, body: new Uint8Array(body) });
  const text = await answer.text();
  return { status: answer.status, ...(text === '' ? {} : { body: text }) };
}
