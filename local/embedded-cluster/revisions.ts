/** The one counter behind every resourceVersion of the cluster, as etcd has one. */

export interface Revisions {
  current(): string;
  next(): string;
}

/** Starts where a cluster of some weeks would be. */
export function createRevisions(): Revisions {
  let revision = 4_812_306;
  return {
    current: () => String(revision),
    next: () => {
      revision += 1;
      return String(revision);
    },
  };
}
