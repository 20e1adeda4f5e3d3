/** What is used of the Kubernetes client, in a file of its own: it takes long to load, so it is loaded with the first request. */
export { IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
