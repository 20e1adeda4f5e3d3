/** The story's chapter about who would be hurt, and who owns the CR. */
import { isArgoCdsOwn, takeOverOrLeave } from './argo-cd.ts';
import { isArmMachineThere, startOrRemoveArmMachine } from './arm-machine.ts';
import { hourPassed } from './node-event.ts';
import type { StepParts } from './parts.ts';
import type { Step } from './step.ts';
import { passAnHour } from './trouble.ts';

export function riskSteps(parts: StepParts): readonly Step[] {
  const { cluster, clusterName, broker, now } = parts;
  return [
    {
      id: 'machine-starts-on-arm',
      chapter: 'Who is at risk',
      label: 'A virtual machine is started on an arm64 node',
      hint:
        'Its image may be of another architecture: suspect. And amd64 only would orphan it: that remedy is not advised any more, its command ' +
        'is withheld. Machines are not watched, so a ping follows. Played again, it is gone.',
      isDone: () => isArmMachineThere(cluster),
      play: () => {
        startOrRemoveArmMachine(cluster);
        return passAnHour(broker, hourPassed({ cluster: clusterName, at: now() }));
      },
    },
    {
      id: 'argo-cd-takes-over',
      chapter: 'Who is at risk',
      label: 'Argo CD takes the HyperConverged over',
      hint: 'A change by hand would be reverted: the message says where it belongs. Played again, Argo CD leaves it alone.',
      isDone: () => isArgoCdsOwn(cluster),
      play: () => takeOverOrLeave(parts),
    },
  ];
}
