/** PNG pictures, as far as a test must understand them to know that something is on them. */
import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** How many of its rows differ from all others: one or two where nothing is on it. */
  readonly differentRows: number;
}

const SIGNATURE = '89504e470d0a1a0a';
/** By colour type: RGB and RGBA, which is what browsers write. */
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Decodes a picture of 8 bits a channel. Throws where it is none, or not whole. */
export function readPng(file: Buffer): Picture {
  if (file.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('it is not a PNG');
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  const channels = CHANNELS[header?.readUInt8(9) ?? 0];
  if (!header || !channels) throw new Error('it has a header that no browser writes');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const pixels = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const rowLength = 1 + width * channels; // each row begins with its filter
  if (pixels.length !== rowLength * height) throw new Error(`it has ${pixels.length} bytes for ${width} × ${height} pixels`);
  const rows = Array.from({ length: height }, (_, row) => pixels.toString('latin1', row * rowLength, (row + 1) * rowLength));
  return { width, height, differentRows: new Set(rows).size };
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Length, type, data and checksum, again and again. */
function chunksOf(file: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
