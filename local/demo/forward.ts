/** Passes requests on to a function that runs as its own process, and its answers back. */
import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer, HttpRequest, Route } from '../../shared/http/route.ts';

export interface Forward {
  readonly route: Route;
  /** Where the function listens; undefined while it does not. */
  setTarget(url: string | undefined): void;
}

export interface ForwardOptions {
  /** On the one port. */
  readonly path: string;
  /** Of the function. */
  readonly to: string;
}

/** The function refuses what is too large; here there is room for it. */
const BODY_LIMIT = 16 * 1024 * 1024;
/** What a function may look at: who calls or signs, of what kind the body is, and the attributes of an event in binary mode. */
const PASSED_ON = /^(authorization|content-type|(?:ce|x-slack)-.+)$/;

/** Answers 503 until it has a target, and while that cannot be reached. */
export function forward({ path, to }: ForwardOptions): Forward {
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
        if (target === undefined) throw new Error(`nothing listens for ${path} now`);
        return pass(request, `${target}${to}`);
      },
    },
  };
}

async function pass({ headers, body }: HttpRequest, url: string): Promise<HttpAnswer> {
  const answer = await fetch(url, { method: 'POST', headers: passedOn(headers), body: new Uint8Array(body) });
  const text = await answer.text();
  return { status: answer.status, ...(text === '' ? {} : { body: text }) };
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => (PASSED_ON.test(name) ? [[name, String(value)]] : []));
  return Object.fromEntries(entries);
}
