export type { Codec, CodecExtension, CodecOptions } from './codec/codec.js';
export { createCodec, DEPTH_MAX_DEFAULT, MESSAGE_BYTES_MAX_DEFAULT } from './codec/create-codec.js';
export type { ErrorData } from './codec/error-data.js';
export { errorToData } from './codec/error-to-data.js';
export { errorFromData, RemoteError } from './codec/remote-error.js';
export {
  ColumnsTooLargeError,
  FrameHeaderError,
  FrameTooLargeError,
  FrameVersionError,
  MalformedMessageError,
  MessageTooLargeError,
  RingCorruptError,
  TooDeepError,
  TransportError,
  TransportOptionError,
  UnencodableError,
  UnknownPeerError,
} from './errors.js';
export {
  FRAME_FLAG_COUNTED,
  FRAME_FLAG_TORN,
  FRAME_HEADER_BYTES,
  FRAME_VERSION,
  type FrameHeader,
  readFrameHeader,
  readPayloadBytes,
  writeFrameHeader,
} from './frame.js';
export { createMemoryMesh, type MemoryMeshOptions } from './memory/memory-transport.js';
export { createRingMesh, type RingMesh, type RingMeshOptions } from './ring/ring-mesh.js';
export { type RingTallies, readRingTallies } from './ring/ring-tallies.js';
export { openRingTransport, type RingTransportOptions } from './ring/ring-transport.js';
export type { FrameHandler, PeerTallies, SendOutcome, Transport } from './transport.js';
