/** The Web API over HTTP: who is calling, what trouble is switched on, is it too often, and then the method. */
import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer, HttpRequest, Route } from '../../shared/http/route.ts';
import { accept, BROKEN, breakOff, refuse, silence, slowDown } from './answers.ts';
import { type Arguments, readArguments, withoutToken } from './arguments.ts';
import type { Fault, Faults } from './faults.ts';
import { UPLOAD_BYTES } from './limits.ts';
import { methods } from './methods.ts';
import type { RateLimit } from './rate-limits.ts';
import { Refusal } from './refusal.ts';
import type { ResponseUrls } from './response-urls.ts';
import { readUpload } from './uploads.ts';
import type { Workspace } from './workspace.ts';

/** A call that arrived, whatever became of it. */
export interface SlackCall {
  readonly method: string;
  readonly arguments: Arguments;
}

export interface WebApiDependencies {
  readonly token: string;
  readonly workspace: Omit<Workspace, 'origin'>;
  readonly faults: Pick<Faults, 'take'>;
  readonly rateLimit: RateLimit;
  readonly responseUrls: Pick<ResponseUrls, 'take'>;
  readonly heard: (call: SlackCall) => void;
}

/** The routes below `/slack/api/`, and the addresses for answers to clicks. */
export function createWebApi(dependencies: WebApiDependencies): readonly Route[] {
  return [
    {
      method: 'post',
      path: '/slack/api/upload/:file',
      bodyLimit: UPLOAD_BYTES,
      handle: refusing((request) => receive(request, dependencies)),
    },
    {
      method: 'post',
      path: '/slack/response/:id',
      handle: refusing((request) => withFault(dependencies.faults.take('response_url'), () => dependencies.responseUrls.take(request))),
    },
    { method: 'post', path: '/slack/api/:method', handle: refusing((request) => answer(request, dependencies)) },
  ];
}

async function answer(request: HttpRequest, dependencies: WebApiDependencies): Promise<HttpAnswer> {
  const method = request.params.method ?? '';
  const call = readArguments(request);
  dependencies.heard({ method, arguments: withoutToken(call) });
  return withFault(dependencies.faults.take(method), () => {
    authenticate(request.headers, call, dependencies.token);
    return perform(method, call, request, dependencies);
  });
}

function refusing(handle: Route['handle']): Route['handle'] {
  return async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof Refusal) return refuse(error);
      throw error;
    }
  };
}

function perform(method: string, call: Arguments, { headers }: HttpRequest, { workspace, rateLimit }: WebApiDependencies): HttpAnswer {
  const run = methods.get(method);
  if (run === undefined) throw new Refusal('unknown_method');
  const seconds = rateLimit(method);
  if (seconds !== undefined) return slowDown(seconds);
  return accept(run(call, { ...workspace, origin: `http://${headers.host}` }));
}

/** The upload address is its own secret: Slack asks for no token there. */
async function receive({ params, headers, body }: HttpRequest, { workspace, faults }: WebApiDependencies): Promise<HttpAnswer> {
  const content = await readUpload(headers['content-type'], body);
  return withFault(faults.take('upload'), () => {
    const known = content !== undefined && workspace.uploads.receive(params.file ?? '', content);
    return known ? { status: 200, body: `OK - ${body.length}` } : { status: 404, body: 'not found' };
  });
}

/** How long a call waits after the `rate-limited` fault. */
const RETRY_AFTER_SECONDS = 1;

async function withFault(fault: Fault | undefined, act: () => HttpAnswer): Promise<HttpAnswer> {
  if (typeof fault === 'object') throw new Refusal(fault.error);
  if (fault === 'down') return BROKEN;
  if (fault === 'hang') return silence();
  if (fault === 'rate-limited') return slowDown(RETRY_AFTER_SECONDS);
  const answer = act();
  if (fault === 'lost-reply') return breakOff();
  return fault === 'no-reply' ? silence() : answer;
}

function authenticate({ authorization }: IncomingHttpHeaders, call: Arguments, token: string): void {
  const given = authorization?.replace(/^Bearer /, '') ?? call.token;
  if (given === undefined) throw new Refusal('not_authed');
  if (given !== token) throw new Refusal('invalid_auth');
}
