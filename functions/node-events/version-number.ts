/** Resource versions as numbers: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */

/** The number of a `resourceVersion`, so that those of one resource can be compared; undefined for what is not one. */
export function versionNumber(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[1-9]\d{0,38}$/.test(text) ? BigInt(text) : undefined;
}
