/** Slack's message ids: the time in seconds and microseconds, each one later than the last. */

/** Makes `ts` values that never repeat and never go back, whatever the clock does. */
export function createTimestamps(now: () => Date): () => string {
  let last = 0;
  return () => {
    last = Math.max(now().getTime() * 1_000, last + 1);
    const seconds = Math.floor(last / 1_000_000);
    return `${seconds}.${String(last % 1_000_000).padStart(6, '0')}`;
  };
}

/** Which of two `ts` is the later one; also takes plain seconds, as `oldest` and `latest` do. */
export function compareTimestamps(one: string, other: string): number {
  const [seconds = '', micros = ''] = one.split('.');
  const [otherSeconds = '', otherMicros = ''] = other.split('.');
  const whole = Number(seconds) - Number(otherSeconds);
  return whole === 0 ? Number(micros.padEnd(6, '0')) - Number(otherMicros.padEnd(6, '0')) : whole;
}
