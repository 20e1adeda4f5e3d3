/** Watches the requests of functions: lists them as steps, refuses some, and at one of them has the function killed. */
import type { ProxiedRequest, Watcher } from '../servers/proxy.ts';
import { isRead, labelOf, type Step } from './steps.ts';

/** A step, and whether it has been done. */
export interface KillPoint {
  readonly step: Step;
  readonly side: 'before' | 'after';
}

const WHO_AM_I = 'auth.test';

export type Meet = (request: ProxiedRequest) => void | Promise<void>;

export interface Gate extends Watcher {
  /** Counts from here. With a point, the function is killed there, once. */
  watch(point?: KillPoint): void;
  /** The steps since then, in order. */
  steps(): readonly Step[];
  /** Whether the point was reached. */
  hasKilled(): boolean;
  /** Meets each request first, until another one does or nobody: who throws refuses it, and it waits for whoever takes time. */
  intercept(meet: Meet | undefined): void;
}

/** `kill` is done when the process is gone. */
export function createGate(kill: () => Promise<void>): Gate {
  const numbered = new WeakMap<ProxiedRequest, Step>();
  let steps: Step[] = [];
  let wanted: KillPoint | undefined;
  let hasKilled = false;
  let meet: Meet | undefined;
  const arrive = async (request: ProxiedRequest, side: KillPoint['side']) => {
    const step = numbered.get(request);
    const isIt = wanted?.side === side && wanted.step.label === step?.label && wanted.step.number === step.number;
    if (!isIt || hasKilled) return;
    hasKilled = true;
    await kill();
    throw new Error(`killed ${side} ${step.label}`);
  };
  return {
    watch: (point) => {
      [steps, wanted, hasKilled] = [[], point, false];
    },
    steps: () => [...steps],
    hasKilled: () => hasKilled,
    intercept: (next) => {
      meet = next;
    },
    before: async (request) => {
      await meet?.(request);
      const label = labelOf(request);
      if (label === WHO_AM_I) return; // asked once, at the start or whenever that was too soon: no step of a delivery
      const step = { label, number: steps.filter((earlier) => earlier.label === label).length + 1, isRead: isRead(request) };
      steps.push(step);
      numbered.set(request, step);
      await arrive(request, 'before');
    },
    after: (request) => arrive(request, 'after'),
  };
}

/** An outage of what answers these requests. */
export function refusing(isRefused: (request: ProxiedRequest) => boolean): Meet {
  return (request) => {
    if (isRefused(request)) throw new Error('refused');
  };
}

/** All points at which a function can be killed on its way through these steps; of a read only one. */
export function killPoints(steps: readonly Step[]): readonly KillPoint[] {
  return steps.flatMap((step) => {
    const sides = step.isRead ? (['before'] as const) : (['before', 'after'] as const);
    return sides.map((side) => ({ step, side }));
  });
}

/** For a failure's words. */
export function describePoint({ step, side }: KillPoint): string {
  return `${side} ${step.label}${step.number > 1 ? ` (${step.number})` : ''}`;
}
