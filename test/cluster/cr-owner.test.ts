/** Who owns the CR, by the marks that a real API server keeps of a server-side apply. */
import assert from 'node:assert/strict';
import { crOwnerSentence, readAppliers, readCrOwners } from '../../shared/golden-images/cr-owner.ts';
import { lastChange, writersOf } from '../../shared/golden-images/writers.ts';
import { addHyperConverged, NAME, pathOf } from './hyperconverged.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNamespace, deleteAll } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';

const GATE = ['spec', 'workloadSources', 'enableMultiArchBootImageImport'];

describe('the owner of the CR on a real API server', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
    await createNamespace(server, NAME);
  });
  beforeEach(() => addHyperConverged(server, { version: 'v1' }));
  afterEach(() => deleteAll(server));
  after(() => server.stop());

  const apply = async (manager: string) => {
    const metadata = { name: NAME, namespace: NAME };
    const spec = { workloadSources: { enableMultiArchBootImageImport: true } };
    const object = JSON.stringify({ apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata, spec });
    const command = `kubectl apply --server-side --force-conflicts --field-manager=${manager} -f - <<'CR'\n${object}\nCR`;
    const { status, stderr } = await server.runShell(command);
    assert.equal(status, 0, stderr);
    return server.send('GET', pathOf({ version: 'v1' }));
  };

  it('is Argo CD where its manager has applied the CR', async () => {
    const object = await apply('argocd-controller');
    const [owner, ...others] = readCrOwners(object);
    assert.ok(owner);
    assert.deepEqual([owner.tool, owner.isMarked, others.length], ['argo-cd', false, 0]);
    assert.match(crOwnerSentence(owner), /^Argo CD has written this CR \(field manager argocd-controller\)/);
    assert.deepEqual(readAppliers(object, 'v1', [GATE]), []);
  });

  it('is nobody where a team has applied it, which is told of the field that it applied', async () => {
    const object = await apply('team-a');
    assert.deepEqual(readCrOwners(object), []);
    assert.deepEqual(
      readAppliers(object, 'v1', [GATE]).map(({ name }) => name),
      ['team-a'],
    );
    assert.deepEqual(readAppliers(object, 'v1', [['spec', 'deployment']]), []);
  });

  it('leaves an edit by hand to who made it', async () => {
    await apply('team-a');
    const patch = JSON.stringify({ spec: { workloadSources: { enableMultiArchBootImageImport: false } } });
    const { status, stderr } = await server.kubectl(['patch', 'hyperconverged', '-n', NAME, NAME, '--type=merge', '-p', patch]);
    assert.equal(status, 0, stderr);
    const object = await server.send('GET', pathOf({ version: 'v1' }));
    const [writer, ...others] = writersOf(object, 'v1', [GATE]);
    assert.deepEqual([writer?.manager, writer?.operation, others.length], ['kubectl-patch', 'Update', 0]);
    assert.equal(lastChange(object)?.at, writer?.at); // times are whole seconds: several may be the last
  });
});
