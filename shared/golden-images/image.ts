/** What an image really is, asked of where it lies: a registry, or an image stream. */

export type ImageReading =
  /** GOARCH names, sorted, each once; from the image's own manifest. */
  | { readonly kind: 'known'; readonly architectures: readonly string[] }
  /** Nobody could be asked. It says nothing against any architecture. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Where a template's image comes from, as its CR says. */
export type ImageSource =
  | {
      readonly kind: 'registry';
      /** As in the CR: `docker://host/name:tag`; other transports cannot be asked. */
      readonly url: string;
      /** Of the template, where its Secret and ConfigMap are. */
      readonly namespace: string;
      /** The Secret with the registry's credentials. */
      readonly secretRef?: string | undefined;
      /** The ConfigMap with certificates of its authority. */
      readonly certConfigMap?: string | undefined;
    }
  /** `name` may end with `:tag`. */
  | { readonly kind: 'image-stream'; readonly name: string; readonly namespace: string };
