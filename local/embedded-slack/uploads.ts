/** Files on their way in: a promise of a file, then its bytes, then its place in the channel. */

/** A file that was announced; its content comes later. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly content?: string;
}

export interface Uploads {
  announce(name: string): Upload;
  find(id: string): Upload | undefined;
  /** Keeps the bytes, if anybody announced them. */
  receive(id: string, content: string): boolean;
}

/** No uploads yet. */
export function createUploads(): Uploads {
  const byId = new Map<string, Upload>();
  return {
    announce: (name) => {
      const upload = { id: `F${String(byId.size + 1).padStart(8, '0')}`, name };
      byId.set(upload.id, upload);
      return upload;
    },
    find: (id) => byId.get(id),
    receive: (id, content) => {
      const upload = byId.get(id);
      if (upload !== undefined) byId.set(id, { ...upload, content });
      return upload !== undefined;
    },
  };
}

/** The bytes of a file, sent raw or as the one part of a form, which is what the SDK does. */
export async function readUpload(contentType: string | undefined, body: Buffer): Promise<string | undefined> {
  if (!contentType?.startsWith('multipart/form-data')) return body.toString();
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const parts = await Promise.all([...form.values()].map((part) => (typeof part === 'string' ? part : part.text())));
  return parts[0];
}
