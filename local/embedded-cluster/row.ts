/** One path of the embedded API server. */
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';

export interface Row {
  readonly method?: 'get' | 'post' | 'patch';
  readonly path: string;
  /** What rights the request takes; discovery takes none. */
  readonly access?: { readonly verb: string; readonly group: string; readonly kind: string };
  readonly handle: (request: HttpRequest) => HttpAnswer;
}
