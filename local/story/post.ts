/** One webhook delivery over HTTP, told apart as Alertmanager tells them apart: taken, or refused for now or for good. */

export type Posted =
  | { readonly kind: 'taken'; readonly status: number }
  | { readonly kind: 'refused'; readonly isTransient: boolean; readonly because: string };

const ANSWER_WITHIN_MS = 15_000;

/** Every 2xx is taken; a 5xx and a broken connection are tried again, all else is not. */
export async function post(url: string, token: string, body: string): Promise<Posted> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'User-Agent': 'Alertmanager/0.25.0', 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'taken', status: answer.status };
    return { kind: 'refused', isTransient: answer.status >= 500, because: `the receiver answered ${answer.status}` };
  } catch (error) {
    return { kind: 'refused', isTransient: true, because: error instanceof Error ? error.message : String(error) };
  }
}
