/**
 * Every failure this package can cause, each a class with a stable `code`, the values involved, and a
 * `remedy` in the imperative. Match on `code` (or the class), never on the message.
 */
export abstract class TransportError extends Error {
  /** Stable across releases: what to match on. */
  abstract readonly code: string;
  /** What to do about it, in the imperative. */
  abstract readonly remedy: string;
}

/** A payload is larger than the carrier can take in one frame. Sizes are bytes. */
export class FrameTooLargeError extends TransportError {
  override readonly name = 'FrameTooLargeError';
  readonly code = 'TRANSPORT_FRAME_TOO_LARGE';
  readonly remedy = 'Split the payload, or open the mesh with a larger `payloadBytesMax`.';
  readonly payloadBytes: number;
  readonly payloadBytesMax: number;

  constructor(payloadBytes: number, payloadBytesMax: number, options?: ErrorOptions) {
    super(
      `A payload of ${payloadBytes} bytes exceeds the ${payloadBytesMax} that one frame may carry.`,
      options,
    );
    this.payloadBytes = payloadBytes;
    this.payloadBytesMax = payloadBytesMax;
  }
}

/** A header field does not fit its place in the frame. */
export class FrameHeaderError extends TransportError {
  override readonly name = 'FrameHeaderError';
  readonly code = 'TRANSPORT_FRAME_HEADER';
  readonly remedy = 'Use a whole number within the range that FrameHeader documents.';
  readonly field: string;
  readonly value: number;
  readonly valueMax: number;

  constructor(field: string, value: number, valueMax: number, options?: ErrorOptions) {
    super(`Header field ${field} is ${value}; expected a whole number from 0 to ${valueMax}.`, options);
    this.field = field;
    this.value = value;
    this.valueMax = valueMax;
  }
}

/** A frame was written by another version of this code. */
export class FrameVersionError extends TransportError {
  override readonly name = 'FrameVersionError';
  readonly code = 'TRANSPORT_FRAME_VERSION';
  readonly remedy = 'Run the same version of @skein/transport on both sides.';
  readonly version: number;
  readonly versionExpected: number;

  constructor(version: number, versionExpected: number, options?: ErrorOptions) {
    super(`A frame has version ${version}; this end reads version ${versionExpected}.`, options);
    this.version = version;
    this.versionExpected = versionExpected;
  }
}

/** A message is, or would be, larger than the codec allows, beside columns that have a limit of their own. Sizes are bytes. */
export class MessageTooLargeError extends TransportError {
  override readonly name = 'MessageTooLargeError';
  readonly code = 'TRANSPORT_MESSAGE_TOO_LARGE';
  readonly remedy = 'Send less in one message, or raise `messageBytesMax` at both ends.';
  /** The size found; when encoding stopped early, a lower bound of it. */
  readonly messageBytes: number;
  readonly messageBytesMax: number;

  constructor(messageBytes: number, messageBytesMax: number, options?: ErrorOptions) {
    super(`A message of at least ${messageBytes} bytes exceeds the limit of ${messageBytesMax}.`, options);
    this.messageBytes = messageBytes;
    this.messageBytesMax = messageBytesMax;
  }
}

/** The typed arrays of a message take, or would take, more than the codec allows. Sizes are bytes. */
export class ColumnsTooLargeError extends TransportError {
  override readonly name = 'ColumnsTooLargeError';
  readonly code = 'TRANSPORT_COLUMNS_TOO_LARGE';
  readonly remedy =
    'Send fewer or shorter typed arrays in one message, or raise `columnBytesMax` at both ends.';
  /** The size found; when encoding stopped early, a lower bound of it. */
  readonly columnBytes: number;
  readonly columnBytesMax: number;

  constructor(columnBytes: number, columnBytesMax: number, options?: ErrorOptions) {
    super(
      `The typed arrays of a message take at least ${columnBytes} bytes, which exceeds the limit of ${columnBytesMax}.`,
      options,
    );
    this.columnBytes = columnBytes;
    this.columnBytesMax = columnBytesMax;
  }
}

/** Containers nest deeper than the codec allows. */
export class TooDeepError extends TransportError {
  override readonly name = 'TooDeepError';
  readonly code = 'TRANSPORT_TOO_DEEP';
  readonly remedy = 'Flatten the message, or raise `depthMax` at both ends.';
  readonly depthMax: number;
  /** Where the limit was passed, as a path when encoding and as a byte offset when decoding. */
  readonly where: string;

  constructor(depthMax: number, where: string, options?: ErrorOptions) {
    super(`A message nests deeper than ${depthMax} containers at ${where}.`, options);
    this.depthMax = depthMax;
    this.where = where;
  }
}

/** A message holds something that has no place in a message. */
export class UnencodableError extends TransportError {
  override readonly name = 'UnencodableError';
  readonly code = 'TRANSPORT_UNENCODABLE';
  readonly remedy = 'Send plain data, or teach the codec this class with an extension.';
  /** Where it is, from the root: `$.items[3].callback`. */
  readonly path: string;
  /** What it is: `function`, `symbol`, `cycle`, `instance of Socket`, … */
  readonly kind: string;

  constructor(path: string, kind: string, options?: ErrorOptions) {
    super(`A message cannot carry what is at ${path}: ${kind}.`, options);
    this.path = path;
    this.kind = kind;
  }
}

/** Bytes that no codec of these settings wrote: truncated, trailing, unknown, or hostile. */
export class MalformedMessageError extends TransportError {
  override readonly name = 'MalformedMessageError';
  readonly code = 'TRANSPORT_MALFORMED';
  readonly remedy = 'Use the same codec version and extensions at both ends; drop the message if they are.';
  /** Where in the message, bytes; -1 when a decoded value, and no single byte, is at fault. */
  readonly byteOffset: number;
  readonly reason: string;

  constructor(reason: string, byteOffset: number, options?: ErrorOptions) {
    super(`A message is malformed${byteOffset < 0 ? '' : ` at byte ${byteOffset}`}: ${reason}.`, options);
    this.byteOffset = byteOffset;
    this.reason = reason;
  }
}

/** A ring holds what no writer of this version publishes: its memory was overwritten. */
export class RingCorruptError extends TransportError {
  override readonly name = 'RingCorruptError';
  readonly code = 'TRANSPORT_RING_CORRUPT';
  readonly remedy =
    'Replace the mesh: the ring cannot be read further. Look for a writer outside this package.';
  readonly reason: string;
  /** Offset in the ring's shared buffer, bytes. */
  readonly byteOffset: number;

  constructor(reason: string, byteOffset: number, options?: ErrorOptions) {
    super(`A ring is corrupt at byte ${byteOffset}: ${reason}.`, options);
    this.reason = reason;
    this.byteOffset = byteOffset;
  }
}

/** A frame was addressed to a number that is not a peer of this end. */
export class UnknownPeerError extends TransportError {
  override readonly name = 'UnknownPeerError';
  readonly code = 'TRANSPORT_UNKNOWN_PEER';
  readonly remedy = 'Address one of `transport.peers`.';
  readonly peer: number;
  readonly self: number;

  constructor(peer: number, self: number, options?: ErrorOptions) {
    super(`End ${self} has no peer ${peer}.`, options);
    this.peer = peer;
    this.self = self;
  }
}

/** An option was given a value that it cannot have. */
export class TransportOptionError extends TransportError {
  override readonly name = 'TransportOptionError';
  readonly code = 'TRANSPORT_OPTION';
  readonly remedy = 'Give the option a value of the expected form.';
  readonly option: string;

  constructor(option: string, expected: string, got: unknown, options?: ErrorOptions) {
    super(`Option ${option}: expected ${expected}, got ${String(got)}.`, options);
    this.option = option;
  }
}
