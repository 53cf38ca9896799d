'use strict';
// What packed data looks like, write by write: a header, what the compressor gives, and sums at the end.

const { notOffered } = require('internal/errors');
const { Buffer } = require('buffer');

const GZIP = 'gzip';
const RAW = 'raw';
const DEFAULT_LEVEL = 6;
const HUFFMAN_ONLY = 2;
const RLE = 3;
// The operating system a header names.
const UNIX = 3;

function gzipHeader({ level, strategy }) {
  const effort = level === 9 ? 2 : strategy >= HUFFMAN_ONLY || level < 2 ? 4 : 0;
  return Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, UNIX]);
}

function zlibHeader({ level, strategy, windowBits }) {
  const effort = strategy >= HUFFMAN_ONLY || level < 2 ? 0 : level < 6 ? 1 : level === 6 ? 2 : 3;
  const header = ((8 + ((windowBits - 8) << 4)) << 8) | (effort << 6);
  const sound = header + 31 - header % 31;
  return Buffer.from([sound >> 8, sound & 255]);
}

function adler(bytes) {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

class Packer {
  #format;
  #settings;
  #checksum;
  #input = [];
  #given = 0;
  #isOver = false;
  constructor(format, settings, checksum) {
    this.#format = format;
    this.#settings = settings;
    this.#checksum = checksum;
  }

  #trailer(input) {
    if (this.#format === RAW) return Buffer.alloc(0);
    if (this.#format === GZIP) {
      const sums = Buffer.alloc(8);
      sums.writeUInt32LE(this.#checksum(input, 0), 0);
      sums.writeUInt32LE(input.length % 2 ** 32, 4);
      return sums;
    }
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(adler(input), 0);
    return sum;
  }

  // What comes out after this chunk.
  write(chunk, isLast) {
    if (this.#isOver) return Buffer.alloc(0);
    this.#isOver = isLast;
    const { level, memLevel, strategy, windowBits } = this.#settings;
    const pieces = [];
    if (this.#input.length === 0 && this.#format !== RAW) {
      pieces.push(this.#format === GZIP ? gzipHeader(this.#settings) : zlibHeader(this.#settings));
    }
    this.#input.push(Buffer.from(chunk));
    const input = Buffer.concat(this.#input);
    const sizes = this.#input.map(({ length }) => length);
    const output = binding.deflate([level, windowBits, memLevel, strategy], input, sizes, isLast);
    pieces.push(Buffer.from(output).subarray(this.#given));
    this.#given = output.length;
    if (isLast) pieces.push(this.#trailer(input));
    return Buffer.concat(pieces);
  }
}

exports.packerOf = function packerOf(format, chosen, checksum) {
  const level = chosen.level === -1 ? DEFAULT_LEVEL : chosen.level;
  if (level === 0) notOffered('zlib that does not compress (level 0)', 'the levels 1 to 9');
  if (chosen.strategy === HUFFMAN_ONLY || chosen.strategy === RLE) {
    notOffered('the strategies Z_HUFFMAN_ONLY and Z_RLE of zlib', ['Z_DEFAULT_STRATEGY', 'Z_FILTERED', 'Z_FIXED']);
  }
  return new Packer(format, { ...chosen, level }, checksum);
};
