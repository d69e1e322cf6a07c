/** More than any honest answer to OPTIONS, little enough for many probes at once. */
export const MAX_BYTES = 64 * 1024;

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const CONTENT_LENGTH = /^(?:content-length|l)[ \t]*:\s*(\d+)[ \t]*$/im;

/**
 * Cuts a stream into messages and yields their header blocks. Bodies are passed over, however long they claim to be:
 * nothing in them is read. MAX_BYTES bounds all that a connection may send.
 */
export class Framer {
  readonly #buffer = Buffer.alloc(MAX_BYTES);
  #end = 0;
  /** The beginning of the message that is not complete yet. */
  #start = 0;
  #searched = 0;

  /** The peer sent more than it may; what was complete before has been yielded. */
  overflowed = false;

  push(chunk: Buffer): string[] {
    this.overflowed ||= chunk.length > MAX_BYTES - this.#end;
    this.#end += chunk.copy(this.#buffer, this.#end);
    const heads: string[] = [];
    for (let head = this.#next(); head !== undefined; head = this.#next()) heads.push(head);
    return heads;
  }

  #next(): string | undefined {
    // Empty lines between messages keep a connection alive (RFC 5626, 3.5.1).
    while (this.#start < this.#end && (this.#buffer[this.#start] === 0x0d || this.#buffer[this.#start] === 0x0a)) this.#start++;
    // The end may lie across two chunks; what was searched before is not searched again, however small the chunks are.
    const from = Math.max(this.#start, this.#searched - END_OF_HEAD.length + 1);
    const found = this.#buffer.subarray(0, this.#end).indexOf(END_OF_HEAD, from);
    this.#searched = this.#end;
    if (found < 0) return undefined;
    const head = this.#buffer.toString("utf8", this.#start, found);
    this.#start = found + END_OF_HEAD.length + Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    this.#searched = this.#start;
    return head;
  }
}
